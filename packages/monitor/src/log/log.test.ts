import { deadline, pipeline } from '@holdfast/core'
import { fail, httpError, script, testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { degrade, fallback } from '../../../fallback/src/index.ts'
import { retry } from '../../../retry/src/index.ts'
import { monitor } from '../monitor.ts'
import { logFailures, type LogOptions } from './log.ts'

const targets = [
  { id: 'openai/gpt-5', provider: 'openai', model: 'gpt-5' },
  { id: 'anthropic/claude', provider: 'anthropic', model: 'claude' },
]

const setUp = (options?: LogOptions) => {
  const clock = testClock()
  const watch = monitor({ clock })
  const lines: { level: string; record: object; message: string }[] = []
  const level =
    (name: string) =>
    (record: object, message: string): void =>
      void lines.push({ level: name, record, message })
  const stop = logFailures(watch, { error: level('error'), warn: level('warn') }, options)
  return { clock, watch, lines, stop }
}

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

test('a failed call is one line that tells what was tried, why it failed, and that nobody served', async () => {
  const { clock, watch, lines } = setUp()
  const provider = script<object>(fail(httpError(429)), fail(httpError(503)), fail(httpError(400)))
  const chat = pipeline(provider, [deadline({ timeoutMs: 90_000 }), fallback(targets), retry()], {
    clock,
    name: 'chat',
    random: () => 0.5,
  })
  watch.watch(chat)
  const result = caught(chat({}))
  await clock.advance(90_000)
  await result
  expect(lines).toHaveLength(1)
  const [{ level, message, record }] = lines as [(typeof lines)[0]]
  expect(level).toBe('error')
  expect(message).toMatch(
    /^chat failed after [\d.]+ m?s: openai\/gpt-5 rate-limited 429 after 0 ms, anthropic\/claude overloaded 503 after 0 ms, .*gave up: /,
  )
  expect(record).toMatchObject({
    event: 'call:failed',
    route: 'chat',
    fault: { kind: 'rate-limited', status: 429 },
    served: undefined,
    attempts: [
      { target: 'openai/gpt-5', outcome: 'failed', fault: { kind: 'rate-limited', status: 429 } },
      { target: 'anthropic/claude', outcome: 'failed', fault: { kind: 'overloaded' } },
      { outcome: 'failed', fault: { kind: 'invalid-request' } },
      { outcome: 'failed', fault: { kind: 'invalid-request' } },
    ],
  })
})

test('a call that was saved is a warning that says who served', async () => {
  const { clock, watch, lines } = setUp()
  const provider = script<object>(fail(httpError(429)), 'hello')
  const chat = pipeline(provider, [fallback(targets)], { clock, name: 'chat' })
  watch.watch(chat)
  await chat({})
  expect(lines.map(({ level, message }) => `${level}: ${message}`)).toStrictEqual([
    'warn: chat succeeded after 0 ms: openai/gpt-5 rate-limited 429 after 0 ms, anthropic/claude served',
  ])
})

test('a stand-in is a warning too; a call that went well is no line at all', async () => {
  const { clock, watch, lines, stop } = setUp()
  const provider = script<object>('hello', fail(httpError(503)), fail(httpError(503)))
  const chat = pipeline(provider, [degrade(() => 'sorry')], { clock, name: 'chat' })
  watch.watch(chat)
  await chat({})
  expect(lines).toStrictEqual([])
  await chat({})
  expect(lines[0]?.message).toContain('a stand-in was served')
  stop()
  await chat({})
  expect(lines).toHaveLength(1)
})

test('neither a key nor a prompt comes into the log, wherever it stands', async () => {
  const { clock, watch, lines } = setUp()
  const key = 'sk-proj-abcdefghijklmnop1234'
  const provider = script<object>(
    fail(
      httpError(401, {
        body: { error: { message: `Incorrect API key provided: ${key}`, code: 'invalid_api_key' } },
      }),
    ),
  )
  const chat = pipeline(provider, [], { clock, name: 'chat' })
  watch.watch(chat)
  const prompt = 'my blood pressure is 180 to 110'
  await caught(
    chat({
      model: 'gpt-5',
      messages: [{ role: 'user', content: prompt }],
      headers: { 'x-api-key': key },
    }),
  )
  const text = JSON.stringify(lines)
  expect(text).toContain('gpt-5')
  expect(text).toContain('auth')
  expect(text).not.toContain('sk-proj')
  expect(text).not.toContain('blood')
})

test('whoever asks for the prompts gets them', async () => {
  const { clock, watch, lines } = setUp({ texts: 'shown' })
  const chat = pipeline(script<object>(fail(httpError(400))), [], { clock, name: 'chat' })
  watch.watch(chat)
  await caught(chat({ messages: [{ role: 'user', content: 'hello there' }] }))
  expect(JSON.stringify(lines)).toContain('hello there')
})

test('what is thrown may be anything', async () => {
  const { clock, watch, lines } = setUp()
  const chat = pipeline(script<object>(fail('no'), fail(undefined)), [], {
    clock,
    name: 'chat',
  })
  watch.watch(chat)
  await caught(chat({}))
  await caught(chat({}))
  expect(lines).toMatchObject([{ record: { error: { message: 'no' } } }, { level: 'error' }])
})
