import { fail, recordEvents, script, testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import {
  pipeline,
  place,
  retryBudget,
  timeout,
  TimeoutError,
  type Dialect,
  type Provider,
} from './index.ts'

/** Sends once more. */
const again = place({ name: 'again', floor: 'retry' }, async (ctx, next) => {
  try {
    return await next({ attempt: 1 })
  } catch {
    return next({ attempt: ctx.attempt + 1 })
  }
})

test('an attempt that was called off has failed at once, although its provider does not listen', async () => {
  const clock = testClock()
  const deaf = script<string>(() => new Promise<string>(() => {}), 'yes')
  const ask = pipeline(deaf, [again, timeout({ timeoutMs: 50 })], { clock })
  const events = recordEvents(ask)
  const answer = ask.withReport('x')
  await clock.advance(50)
  const { attempts } = await (await answer).report
  expect(attempts).toMatchObject([
    { outcome: 'failed', fault: { kind: 'timeout' }, startedAt: 0, endedAt: 50 },
    { outcome: 'succeeded' },
  ])
  expect(events.filter(({ type }) => type === 'attempt:failed')).toMatchObject([
    { fault: { kind: 'timeout' } },
  ])
})

test('an attempt that its caller left has failed as that; when it answers all the same, it is told as paid for, and keeps why', async () => {
  let finish!: (text: string) => void
  const deaf: Provider<string, string> = () => new Promise((ok) => (finish = ok))
  const ask = pipeline(deaf, [])
  const events = recordEvents(ask)
  const leave = new AbortController()
  const answer = ask('x', { signal: leave.signal }).catch(() => 'left')
  leave.abort()
  expect(await answer).toBe('left')
  const told = (): unknown[] =>
    events.filter(({ type }) => type.startsWith('attempt:')).map(({ type }) => type)
  expect(told()).toEqual(['attempt:started', 'attempt:failed'])
  finish('paid for')
  await new Promise((resolve) => setImmediate(resolve))
  expect(told()).toEqual(['attempt:started', 'attempt:failed', 'attempt:discarded'])
  expect(events.at(-1)).toMatchObject({
    attemptRecord: { outcome: 'discarded', fault: { kind: 'aborted' } },
    response: 'paid for',
  })
})

test('a listener that calls an attempt off keeps it from being sent', async () => {
  const leave = new AbortController()
  const provider = script<string>('yes')
  const ask = pipeline(provider, [])
  const events = recordEvents(ask)
  ask.events.on('attempt:started', () => leave.abort('no more'))
  await expect(ask('x', { signal: leave.signal })).rejects.toBe('no more')
  expect(provider.calls).toHaveLength(0)
  expect(events.filter(({ type }) => type.endsWith(':failed'))).toMatchObject([
    { type: 'attempt:failed', fault: { kind: 'aborted' } },
    { type: 'call:failed', fault: { kind: 'aborted' } },
  ])
})

test('a dialect that stumbles over an answer costs nobody the answer, nor its error', async () => {
  const stumbles = (): never => {
    throw new TypeError('unheard of')
  }
  const dialect = {
    name: 'odd',
    isRequest: () => true,
    isResponse: () => true,
    modelOf: () => undefined,
    read: stumbles,
    needs: stumbles,
  } as unknown as Dialect
  const clock = testClock()
  const provider = script<string>('yes', () => new Promise<string>(() => {}))
  const ask = pipeline(provider, [timeout({ timeoutMs: 50 })], { dialect, clock })
  const { response, report } = await ask.withReport('x')
  expect(response).toBe('yes')
  expect(await report).toMatchObject({ usage: { source: 'none' } })
  const late = ask('x').catch((error: unknown) => error)
  ask.events.on('*', () => {})
  await clock.advance(50)
  expect(TimeoutError.is(await late)).toBe(true)
})

test('a late failure of an attempt that was called off is told once', async () => {
  const clock = testClock()
  const late = script<string>(
    () => new Promise<string>((_, no) => void clock.after(90, () => no(new Error('late')))),
  )
  const ask = pipeline(late, [timeout({ timeoutMs: 50 })], { clock })
  const events = recordEvents(ask)
  const answer = ask('x').catch(() => {})
  await clock.advance(200)
  await answer
  expect(events.filter(({ type }) => type === 'attempt:failed')).toHaveLength(1)
})

test('calls of a pipeline inside another one fund the budget of whoever sends again outside', async () => {
  const budget = retryBudget({ ratio: 1, minPerSecond: 0 })
  const inner = pipeline(script<string>('yes', fail(new Error('no')), 'yes'), [])
  const clock = testClock()
  const ask = pipeline(inner, [again], { retryBudget: budget, clock })
  await ask('x')
  expect(budget.balance(clock.now())).toBe(1)
  await ask('x')
  expect(budget.balance(clock.now())).toBe(2)
})

test('attempts of a pipeline whose policies read times carry them, inside one that reads none, too', async () => {
  const reads = place({ name: 'reads', floor: 'retry', timed: true }, (_ctx, next) => next())
  const inner = pipeline(script<string>('yes'), [reads])
  let startedAt: number | undefined
  await pipeline(inner, [
    async (ctx, next) => {
      const answer = await next()
      ;({ startedAt } = ctx.call.attempts[0]!)
      return answer
    },
  ])('x')
  expect(startedAt).toBeTypeOf('number')
})
