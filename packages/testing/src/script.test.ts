import { pipeline } from '@holdfast/core'
import { expect, test } from 'vitest'

import { testClock } from './clock.ts'
import { httpError } from './http-error.ts'
import { after, fail, hang, script } from './script.ts'
import { settle } from './settle.ts'

const gone = new Error('gone')

test('steps are played in order, and the last one repeats', async () => {
  const ask = pipeline(script('one', 'two'), [])
  expect([await ask('a'), await ask('b'), await ask('c')]).toEqual(['one', 'two', 'two'])
})

test('a value may be undefined, null or an object', async () => {
  const answer = { text: 'hi' }
  const ask = pipeline(script<string, unknown>(undefined, null, answer), [])
  expect(await ask('a')).toBeUndefined()
  expect(await ask('b')).toBeNull()
  expect(await ask('c')).toBe(answer)
})

test('T28 fail rejects with the very thing, an error or not', async () => {
  for (const reason of [httpError(503), 'no', undefined, null]) {
    const ask = pipeline(script(fail(reason)), [])
    await expect(ask('a').catch((error: unknown) => ({ error }))).resolves.toEqual({
      error: reason,
    })
  }
})

test('a function step sees request and context', async () => {
  const echo = script((request: string, ctx) => `${request} from ${ctx.route}`)
  expect(await pipeline(echo, [], { name: 'chat' })('hi')).toBe('hi from chat')
})

test('T30 a function step may throw synchronously', async () => {
  const provider = script<string>(() => {
    throw gone
  })
  const thrown: unknown[] = []
  const ask = pipeline((request: string, ctx) => {
    try {
      return provider(request, ctx)
    } catch (error) {
      thrown.push(error)
      return Promise.resolve('caught')
    }
  }, [])
  expect(await ask('a')).toBe('caught')
  expect(thrown).toEqual([gone])
})

test('hang ends only with the abort, and with its reason', async () => {
  const controller = new AbortController()
  const ended: unknown[] = []
  pipeline(script(hang()), [(_ctx, next) => next({ signal: controller.signal })])('a').catch(
    (error: unknown) => ended.push(error),
  )
  await settle()
  expect(ended).toEqual([])
  controller.abort(gone)
  await settle()
  expect(ended).toEqual([gone])
})

test('after plays its step when the time has come', async () => {
  const clock = testClock()
  const ask = pipeline(
    script<string>(
      after(10, 'late'),
      after(10, fail(gone)),
      after(10, (request: string) => request),
    ),
    [],
    { clock },
  )
  const heard: unknown[] = []
  const listen = (answer: Promise<string>): void => {
    answer.then(
      (text) => heard.push(text),
      (error: unknown) => heard.push(error),
    )
  }
  for (const expected of ['late', gone, 'echo']) {
    listen(ask('echo'))
    await clock.advance(9)
    expect(heard).toEqual([])
    await clock.advance(1)
    expect(heard.splice(0)).toEqual([expected])
  }
})

test('after takes a step that throws for a failed call', async () => {
  const clock = testClock()
  const throwing = (): string => {
    throw gone
  }
  const answer = pipeline(script(after(10, throwing)), [], { clock })('a')
  const failed = answer.catch((error: unknown) => error)
  await clock.advance(10)
  expect(await failed).toBe(gone)
})

test('an abort ends the wait of after, and takes its timer back', async () => {
  const clock = testClock()
  const controller = new AbortController()
  const answer = pipeline(
    script(after(10, 'late')),
    [(_ctx, next) => next({ signal: controller.signal })],
    { clock },
  )('a')
  const failed = answer.catch((error: unknown) => error)
  await clock.advance(5)
  controller.abort(gone)
  expect(await failed).toBe(gone)
  expect(clock.pending).toBe(0)
})

test('it remembers request, attempt, target and time of each call', async () => {
  const clock = testClock(100)
  const provider = script('one', 'two')
  const ask = pipeline(provider, [(_ctx, next) => next({ attempt: 3 })], {
    clock,
    provider: 'openai',
  })
  const request = { prompt: 'hi' }
  await ask(request)
  await clock.advance(5)
  await ask(request)
  expect(provider.calls).toEqual([
    { request, attempt: 3, target: 'openai', at: 100 },
    { request, attempt: 3, target: 'openai', at: 105 },
  ])
  expect(provider.calls[0]?.request).toBe(request)
})

test('a script without steps, or with an error as an answer, is a mistake', () => {
  expect(() => script()).toThrow('at least one step')
  expect(() => script<string, unknown>(gone)).toThrow('say fail(error)')
})
