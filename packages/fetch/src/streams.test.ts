import { liveOf, settled } from '@holdfast/core'
import { StreamInterruptedError } from '@holdfast/core/stream'
import { settle } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import {
  again,
  answer,
  ask,
  chat,
  CHAT,
  GEMINI,
  json,
  live,
  MESSAGES,
  read,
  said,
  scripted,
  stream,
  text,
  wire,
} from '../test/scripted.ts'
import { HttpError } from './errors.ts'
import { reportOf } from './report.ts'
import { resilientFetch } from './resilient-fetch.ts'

const asking = ask({ stream: true })
const whole = said('Hel', 'lo')
const cut = new TypeError('terminated', { cause: { code: 'UND_ERR_SOCKET' } })

describe('before the first content', () => {
  test.each([
    ['ends at once', stream([])],
    ['ends after its preamble', stream([chat.role])],
    ['R-5 ends with [DONE] and no reason', stream([chat.role, chat.done])],
    ['breaks', stream([chat.role], { error: cut })],
    ['R-1 R-6 reports an error', stream([chat.role, chat.error])],
    ['names an event error', stream(['event: error\ndata: {"message":"no capacity"}\n\n'])],
    ['sends what is no JSON', stream([chat.role, 'data: {"choices":[{"del\n\n', ...whole])],
    ['is a sentence', stream(['upstream says no'])],
  ])('R-4 a stream that %s is asked for again, and the caller sees one answer', async (_, step) => {
    const fetch = scripted(step, stream(whole))
    const { policy, faults } = again()
    const response = await resilientFetch([policy], { fetch })(CHAT, asking)
    expect(await read(response)).toEqual({ text: whole.join('') })
    expect(faults).toHaveLength(1)
    expect(faults[0]?.retryable).toBe(true)
    const report = await reportOf(response)
    expect(report?.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
  })

  test('a stream that never says anything fails the call', async () => {
    const { policy, faults } = again(2)
    const call = resilientFetch([policy], { fetch: scripted(stream([chat.role])) })(CHAT, asking)
    await expect(call).rejects.toBeInstanceOf(StreamInterruptedError)
    expect(faults.map(({ kind }) => kind)).toEqual(['incomplete', 'incomplete'])
  })

  test('a whole answer instead of a stream is a fault: SDKs find no event in it, and say nothing', async () => {
    const fetch = scripted(json(answer('Hi')), stream(whole))
    const { policy, faults } = again()
    const response = await resilientFetch([policy], { fetch })(CHAT, asking)
    expect(await read(response)).toEqual({ text: whole.join('') })
    expect(faults).toMatchObject([
      { kind: 'invalid-output', message: 'The answer is not a stream' },
    ])
  })

  test('a web page instead of a stream is a fault', async () => {
    const page = text('<html><body>502</body></html>', 'text/html')
    const { policy, faults } = again()
    await expect(
      resilientFetch([policy], { fetch: scripted(page) })(CHAT, asking),
    ).rejects.toBeInstanceOf(HttpError)
    expect(faults[0]?.kind).toBe('invalid-output')
  })
})

describe('after the first content', () => {
  test.each([
    ['ends', stream([chat.role, chat.say('Hel')]), 'incomplete'],
    ['ends with [DONE] and no reason', stream([chat.say('Hel'), chat.done]), 'incomplete'],
    ['ends within an event', stream([chat.say('Hel'), chat.say('lo').slice(0, -9)]), 'incomplete'],
    ['breaks', stream([chat.say('Hel')], { error: cut }), 'network'],
    ['reports an error', stream([chat.say('Hel'), chat.error]), 'overloaded'],
    [
      'sends what is no JSON',
      stream([chat.say('Hel'), 'data: {"choi\n\n', chat.stop]),
      'incomplete',
    ],
  ])(
    'R-4 R-11 a stream that %s is an error of the body, and nothing is said twice',
    async (_, step, kind) => {
      const fetch = scripted(step, stream(whole))
      const response = await resilientFetch([again().policy], { fetch })(CHAT, asking)
      const { text: seen, error } = await read(response)
      expect(seen.split('Hel')).toHaveLength(2)
      expect(StreamInterruptedError.is(error)).toBe(true)
      expect(error).toMatchObject({ fault: { kind }, partial: { text: 'Hel' } })
      expect(fetch.sent).toHaveLength(1)
      await expect(settled(response)).rejects.toBe(error)
    },
  )

  test('a gateway that never sends the end is believed when it is said so', async () => {
    const fetch = scripted(stream([chat.say('Hello')]))
    const response = await resilientFetch([], { fetch, terminator: 'optional' })(CHAT, asking)
    expect(await read(response)).toEqual({ text: chat.say('Hello') })
  })
})

describe('what passes', () => {
  test('a last event without its blank line is whole, and gets one', async () => {
    const fetch = scripted(stream([chat.say('Hello'), chat.stop.trimEnd()]))
    const response = await resilientFetch([], { fetch })(CHAT, asking)
    expect(await read(response)).toEqual({ text: chat.say('Hello') + chat.stop })
  })

  test('a stream, to two readers of a clone', async () => {
    const response = await resilientFetch([], { fetch: scripted(stream(whole)) })(CHAT, asking)
    const copy = response.clone()
    const expected = { text: whole.join('') }
    expect(await Promise.all([read(response), read(copy)])).toEqual([expected, expected])
  })

  test('half an event after the end is nobody’s loss', async () => {
    const fetch = scripted(stream([chat.say('Hello'), chat.stop, 'data: {"usa']))
    const response = await resilientFetch([], { fetch })(CHAT, asking)
    expect(await read(response)).toEqual({ text: chat.say('Hello') + chat.stop })
  })

  test.each([1, 2, 7, 1_000])('events in pieces of %i bytes, with any line ends', async (size) => {
    const bytes = new TextEncoder().encode(said('Grüezi', '🐟').join('').replaceAll('\n', '\r\n'))
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    )
    const body = new ReadableStream({
      pull: (to) => {
        const part = parts.shift()
        if (part === undefined) to.close()
        else to.enqueue(part)
      },
    })
    const fetch = scripted(
      () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    )
    const response = await resilientFetch([], { fetch })(CHAT, asking)
    expect(await read(response)).toEqual({ text: said('Grüezi', '🐟').join('') })
  })

  test('names of events', async () => {
    const events = [
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m"}}\n\n',
      'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}}\n\n',
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n',
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ]
    const fetch = scripted(stream([`: comment\n\nretry: 5\n\n${events.join('')}`]))
    const body = JSON.stringify({ model: 'c', max_tokens: 9, messages: [], stream: true })
    const response = await resilientFetch([], { fetch })(MESSAGES, { method: 'POST', body })
    expect(await read(response)).toEqual({ text: events.join('') })
    expect(liveOf(response)?.seen).toMatchObject({ text: 'Hi', finish: 'stop' })
  })

  test('a stream that is not called one, when one was asked for', async () => {
    const fetch = scripted(stream([chat.role], { type: 'text/plain' }), stream(whole, { type: '' }))
    const response = await resilientFetch([again().policy], { fetch })(CHAT, asking)
    expect(await read(response)).toEqual({ text: whole.join('') })
  })

  test.each(['Text/Event-Stream;Charset=UTF-8', 'application/octet-stream', 'application/json'])(
    'a stream that is called %s is guarded as any',
    async (type) => {
      const fetch = scripted(stream(whole, { type }), stream([chat.say('Hel')], { type }))
      const resilient = resilientFetch([], { fetch })
      expect(await read(await resilient(CHAT, asking))).toEqual({ text: whole.join('') })
      expect((await read(await resilient(CHAT, asking))).error).toMatchObject({
        fault: { kind: 'incomplete' },
      })
    },
  )

  test('a whole error that is called a stream is told for what it is', async () => {
    const error = { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }
    const { policy, faults } = again()
    const fetch = scripted(stream([JSON.stringify(error)]))
    await expect(resilientFetch([policy], { fetch })(CHAT, asking)).rejects.toThrow('Incorrect')
    expect(faults).toMatchObject([{ kind: 'auth', retryable: false }])
  })

  test('the length of what passes byte by byte', async () => {
    const fetch = scripted(
      () =>
        new Response('audio', { headers: { 'content-type': 'audio/mpeg', 'content-length': '5' } }),
    )
    const response = await resilientFetch([], { fetch })('https://files.example/a.mp3')
    expect(response.headers.get('content-length')).toBe('5')
  })

  test('a stream of a wire that is not known, byte by byte', async () => {
    const events = 'event: thread.run.created\ndata: anything\n\n'
    const fetch = scripted(stream([events]))
    const response = await resilientFetch([], { fetch })(
      'https://api.openai.com/v1/threads/t/runs',
      {
        method: 'POST',
        body: '{"assistant_id":"a","stream":true}',
      },
    )
    expect(await read(response)).toEqual({ text: events })
  })

  test('speech, whose request looks like a question, and whose events are its own', async () => {
    const events = 'data: {"type":"speech.audio.delta","audio":"AAA"}\n\n'
    const fetch = scripted(stream([events]))
    const body = '{"model":"tts","input":"Hi","voice":"a","stream_format":"sse"}'
    const url = 'https://api.openai.com/v1/audio/speech'
    const response = await resilientFetch([], { fetch })(url, { method: 'POST', body })
    expect(await read(response)).toEqual({ text: events })
  })

  test('Gemini without alt=sse: a list of JSON comes whole or is asked for again', async () => {
    const part = (words: string, finishReason?: string): object => ({
      candidates: [{ content: { parts: [{ text: words }] }, finishReason }],
    })
    const list = JSON.stringify([part('Hel'), part('lo', 'STOP')])
    const fetch = scripted(
      text(list.slice(0, 30), 'application/json'),
      text(list, 'application/json'),
    )
    const { policy, faults } = again()
    const response = await resilientFetch([policy], { fetch })(
      GEMINI.replace(':generate', ':streamGenerate'),
      { method: 'POST', body: '{"contents":[]}' },
    )
    expect(await response.json()).toEqual([part('Hel'), part('lo', 'STOP')])
    expect(faults.map(({ kind }) => kind)).toEqual(['incomplete'])
  })
})

describe('the consumer', () => {
  test('R-64 is not read ahead of', async () => {
    const upstream = wire()
    upstream.write(chat.role, chat.say('1'), chat.say('2'), chat.say('3'))
    const response = await resilientFetch([], { fetch: scripted(live(upstream)) })(CHAT, asking)
    await settle()
    const before = liveOf(response)?.beats
    expect(before).toBe(1)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    await reader.read()
    await reader.read()
    expect(liveOf(response)?.beats).toBe(2)
  })

  test('R-62 who cancels aborts upstream within a tick', async () => {
    const upstream = wire()
    upstream.write(chat.role, chat.say('1'))
    const fetch = scripted(live(upstream))
    const response = await resilientFetch([], { fetch })(CHAT, asking)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    void reader.cancel()
    await Promise.resolve()
    expect(fetch.sent[0]?.init.signal.aborted).toBe(true)
    expect(upstream.cancelled()).toBe(true)
  })

  test('who aborts his signal in the middle gets his own reason, and upstream is told', async () => {
    const leaving = new AbortController()
    const upstream = wire()
    upstream.write(chat.role, chat.say('1'))
    const fetch = scripted(live(upstream))
    const response = await resilientFetch([], { fetch })(CHAT, {
      ...asking,
      signal: leaving.signal,
    })
    const seen = read(response)
    await settle()
    leaving.abort(new Error('left'))
    expect((await seen).error).toEqual(new Error('left'))
    expect(fetch.sent[0]?.init.signal.aborted).toBe(true)
    expect(upstream.cancelled()).toBe(true)
  })

  test('who stops at [DONE] leaves a whole answer behind', async () => {
    const upstream = wire()
    upstream.write(...whole)
    const response = await resilientFetch([], { fetch: scripted(live(upstream)) })(CHAT, asking)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    let seen = ''
    while (!seen.includes('[DONE]')) seen += new TextDecoder().decode((await reader.read()).value)
    await reader.cancel()
    await expect(settled(response)).resolves.toBeUndefined()
    expect((await reportOf(response))?.attempts).toMatchObject([{ outcome: 'succeeded' }])
  })
})

describe('lines of JSON', () => {
  test('pass line by line', async () => {
    const line = (data: object): string => `${JSON.stringify(data)}\n`
    const lines = [
      line({ choices: [{ delta: { content: 'Hi' } }] }),
      line({ choices: [{ delta: {}, finish_reason: 'stop' }] }),
    ]
    const type = 'application/x-ndjson'
    const fetch = scripted(
      stream([lines[0] as string, '{"choi'], { type }),
      stream(lines, { type }),
    )
    const first = await resilientFetch([], { fetch })(CHAT, asking)
    expect((await read(first)).error).toMatchObject({ fault: { kind: 'incomplete' } })
    const second = await resilientFetch([], { fetch })(CHAT, asking)
    expect(await read(second)).toEqual({ text: lines.join('') })
  })
})
