import { deadline, pipeline } from '@holdfast/core'
import { fail, hang, httpError, recordEvents, script, testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { degrade } from './degrade.ts'

const down = httpError(503)

test('answers when all else failed, and says so in the report and as an event', async () => {
  const chat = pipeline(script(fail(down)), [
    degrade((_ctx, { kind }, error) => `sorry: ${kind}, ${error === down}`),
  ])
  const events = recordEvents(chat)
  const { response, report } = await chat.withReport('hi')
  expect(response).toBe('sorry: overloaded, true')
  expect((await report).degraded).toBe(true)
  expect(events.find(({ type }) => type === 'call:degraded')).toMatchObject({
    fault: { kind: 'overloaded' },
  })
})

test('a call that succeeds is not touched', async () => {
  const chat = pipeline(script('hello'), [degrade(() => 'sorry')])
  const { response, report } = await chat.withReport('hi')
  expect(response).toBe('hello')
  expect((await report).degraded).toBe(false)
})

const answer = (): string => 'a function is an answer as well'
test.each([undefined, null, 0, '', false, answer])(
  'T66 %s is an answer like any other',
  async (standIn) => {
    const chat = pipeline(script<string, unknown>(fail(down)), [
      degrade<string, unknown>(() => standIn),
    ])
    expect(await chat('hi')).toBe(standIn)
  },
)

test.each([
  ['throws', () => fail(new Error('template missing'))('', undefined as never)],
  [
    'throws at once',
    () => {
      throw new Error('template missing')
    },
  ],
])(
  'T66 a stand-in that %s hides nothing: the error of the call is thrown, its own is told',
  async (_how, standIn) => {
    const chat = pipeline(script<string>(fail(down)), [degrade<string, string>(standIn)])
    const events = recordEvents(chat)
    await expect(chat('hi')).rejects.toBe(down)
    expect(events.find(({ type }) => type === 'degrade:failed')).toMatchObject({
      error: { message: 'template missing' },
      fault: { kind: 'overloaded' },
    })
    expect(events.types()).not.toContain('call:degraded')
  },
)

test('T68 a caller who left gets the reason, not a stand-in', async () => {
  const controller = new AbortController()
  const chat = pipeline(script(hang()), [degrade(() => 'sorry')])
  const pending = chat('hi', { signal: controller.signal })
  controller.abort('gone')
  await expect(pending).rejects.toBe('gone')
})

test('a wrong request is for the caller to mend', async () => {
  const wrong = httpError(400)
  await expect(pipeline(script(fail(wrong)), [degrade(() => 'sorry')])('hi')).rejects.toBe(wrong)
})

test('a call that ran out of time can still be answered', async () => {
  const clock = testClock()
  const chat = pipeline(
    script<string>(hang()),
    [degrade(() => 'sorry'), deadline({ timeoutMs: 100 })],
    { clock },
  )
  const pending = chat('hi')
  await clock.advance(100)
  expect(await pending).toBe('sorry')
})
