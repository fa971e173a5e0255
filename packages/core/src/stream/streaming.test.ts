import { recordEvents, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import type { StreamProtocol } from '../dialect.ts'
import {
  adaptiveTimeout,
  deadline,
  liveOf,
  pipeline,
  settled,
  timeout,
  type AnswerStream,
  type Policy,
} from '../index.ts'
import { collect, plain, StreamInterruptedError, streaming, type StreamSource } from './index.ts'

type Word = string | { readonly ping: true } | { readonly end: true } | { readonly error: unknown }

/** A small wire of our own: words are content, `{ ping }` is none, `{ end }` is the terminator. */
const words: StreamProtocol<Word> = {
  name: 'words',
  read(chunk: Word, seen) {
    if (typeof chunk === 'string') {
      seen.text += chunk
      seen.content = 'text'
    } else if ('end' in chunk) seen.ended = true
    else if ('error' in chunk) seen.error = chunk.error
  },
  withoutText: (chunk: Word, chars) => (typeof chunk === 'string' ? chunk.slice(chars) : chunk),
}

async function* say(...steps: readonly (Word | Error | Promise<never>)[]): AsyncGenerator<Word> {
  for (const step of steps) {
    if (step instanceof Error) throw step
    yield step instanceof Promise ? await step : step
  }
}
const never = new Promise<never>(() => {})
const provider = (source: () => StreamSource<Word>) =>
  streaming((_request: string) => source(), { protocol: words })

const read = async (stream: AnswerStream<Word>): Promise<{ got: Word[]; error?: unknown }> => {
  const got: Word[] = []
  try {
    for await (const chunk of stream) got.push(chunk)
    return { got }
  } catch (error) {
    return { got, error }
  }
}

describe('before the first content', () => {
  test('R-2 R-14 the promise settles at the first content, and the preamble comes with it', async () => {
    const handler = pipeline(
      provider(() => say({ ping: true }, 'a', 'b', { end: true })),
      [],
    )
    const stream = await handler('hi')
    expect(stream.beats).toBe(1)
    expect((await read(stream)).got).toEqual([{ ping: true }, 'a', 'b', { end: true }])
  })

  test('T75 R-13 a failure is a rejection with the very error, so that any policy can try again', async () => {
    const boom = new Error('boom')
    let tries = 0
    const again: Policy<string, AnswerStream<Word>> = async (_ctx, next) => {
      try {
        return await next({ attempt: 1 })
      } catch {
        return next({ attempt: 2 })
      }
    }
    const handler = pipeline(
      provider(() =>
        ++tries === 1 ? say({ ping: true }, boom) : say({ ping: true }, 'ok', { end: true }),
      ),
      [again],
    )
    expect((await read(await handler('hi'))).got).toEqual([{ ping: true }, 'ok', { end: true }])
    await expect(
      pipeline(
        provider(() => say(boom)),
        [],
      )('hi'),
    ).rejects.toBe(boom)
  })

  test('an end without the terminator, and an error frame, are failures too', async () => {
    const cut = await pipeline(
      provider(() => say({ ping: true })),
      [],
    )('hi').catch((e: unknown) => e)
    expect(cut).toMatchObject({ fault: { kind: 'incomplete', retryable: true } })
    const frame = { error: { type: 'overloaded_error', message: 'Overloaded' } }
    const failed = await pipeline(
      provider(() => say({ error: frame })),
      [],
    )('hi').catch((e: unknown) => e)
    expect(failed).toMatchObject({ fault: { kind: 'overloaded' }, cause: frame })
  })

  test('a complete answer without content is an answer', async () => {
    const stream = await pipeline(
      provider(() => say({ end: true })),
      [],
    )('hi')
    expect((await read(stream)).got).toEqual([{ end: true }])
    await expect(settled(stream)).resolves.toBeUndefined()
  })

  test('T11 R-3 the attempt timeout covers a start that never comes, and lets go of upstream', async () => {
    const clock = testClock()
    let signal: AbortSignal | undefined
    const handler = pipeline(
      streaming((_request: string, ctx) => ((signal = ctx.signal), say(never)), {
        protocol: words,
      }),
      [timeout({ firstContentMs: 2_000 })],
      { clock },
    )
    const failed = handler('hi').catch((e: unknown) => e)
    await clock.advance(2_100)
    expect(await failed).toMatchObject({ code: 'HOLDFAST_TIMEOUT', phase: 'answer' })
    expect(signal?.aborted).toBe(true)
  })
})

describe('after the first content', () => {
  test('T75 R-5 a cut stream ends in one typed error with what had come, never as an answer', async () => {
    const stream = await pipeline(
      provider(() => say('half', ' an')),
      [],
    )('hi')
    const { got, error } = await read(stream)
    expect(got).toEqual(['half', ' an'])
    expect(StreamInterruptedError.is(error)).toBe(true)
    expect(error).toMatchObject({
      fault: { kind: 'incomplete' },
      partial: { text: 'half an', toolOpen: false },
    })
    await expect(settled(stream)).rejects.toBe(error)
  })

  test('a reset carries its cause', async () => {
    const reset = Object.assign(new TypeError('terminated'), { cause: { code: 'ECONNRESET' } })
    const { error } = await read(
      await pipeline(
        provider(() => say('a', reset)),
        [],
      )('hi'),
    )
    expect(error).toMatchObject({ fault: { kind: 'network' }, cause: reset })
  })

  test('what breaks after the terminator breaks nothing', async () => {
    const { got, error } = await read(
      await pipeline(
        provider(() => say('a', { end: true }, new Error('late reset'))),
        [],
      )('hi'),
    )
    expect({ got, error }).toEqual({ got: ['a', { end: true }], error: undefined })
  })

  test('a gateway that never sends a terminator can be let off', async () => {
    const lax = streaming(() => say('a'), {
      protocol: words,
      terminator: 'optional',
    })
    expect(await read(await pipeline(lax, [])('hi'))).toEqual({ got: ['a'] })
  })

  test('R-66 a pause longer than idleMs is a timeout; pings are no progress, and a slow reader is no pause', async () => {
    const clock = testClock()
    let push: (word: Word) => void = () => {}
    const source = new ReadableStream<Word>({
      start: (to) => void (push = (word) => to.enqueue(word)),
    })
    push('a')
    const stream = await pipeline(
      provider(() => source),
      [timeout({ timeoutMs: 10_000, idleMs: 4_000 })],
      {
        clock,
      },
    )('hi')
    await clock.advance(60_000)
    const reading = read(stream)
    await clock.advance(3_000)
    push({ ping: true })
    await clock.advance(2_000)
    expect((await reading).error).toMatchObject({
      fault: { kind: 'timeout' },
      cause: { phase: 'idle', timeoutMs: 4_000 },
      partial: { text: 'a' },
    })
  })

  test('R-67 a stream that stalls is found by adaptiveTimeout() without being told how long', async () => {
    const clock = testClock()
    const source = new ReadableStream<Word>({ start: (to) => to.enqueue('a') })
    const stream = await pipeline(
      provider(() => source),
      [adaptiveTimeout()],
      { clock },
    )('hi')
    const reading = read(stream)
    await clock.advance(20_000)
    expect((await reading).error).toMatchObject({
      fault: { kind: 'timeout' },
      cause: { phase: 'idle' },
      partial: { text: 'a' },
    })
  })

  test('R-7 an attempt says how far it came: not to its first content, to that, or to its end', async () => {
    const clock = testClock()
    const sources = [say(new Error('no')), say('a', new Error('cut')), say('a', { end: true })]
    const ask = pipeline(
      provider(() => sources.shift()!),
      [],
      { clock },
    )
    const begun: unknown[] = []
    ask.events.on('attempt:failed', ({ attemptRecord: { firstContentAt } }) =>
      begun.push(firstContentAt),
    )
    await ask('hi').catch(() => {})
    const { response, report } = await ask.withReport('hi')
    const { error } = await read(response)
    expect(begun).toEqual([undefined, 0])
    expect(error).toMatchObject({ partial: { text: 'a' } })
    expect((await report).attempts).toMatchObject([{ outcome: 'failed', firstContentAt: 0 }])
    await clock.advance(5)
    const whole = await ask.withReport('hi')
    await read(whole.response)
    expect((await whole.report).attempts).toMatchObject([
      { outcome: 'succeeded', firstContentAt: 5, endedAt: 5 },
    ])
  })

  test('R-65 totalMs bounds the whole stream; nothing is aborted on success', async () => {
    const clock = testClock()
    let signal: AbortSignal | undefined
    const open = async function* (): AsyncGenerator<Word> {
      for (let i = 0; i < 5; i++) {
        yield 'x'
        await new Promise<void>((resolve) => void clock.after(1_000, resolve))
      }
      yield { end: true }
    }
    const run = async (totalMs: number): Promise<unknown> => {
      const handler = pipeline(
        streaming((_request: string, ctx) => ((signal = ctx.signal), open()), {
          protocol: words,
        }),
        [timeout({ timeoutMs: 2_000, totalMs })],
        { clock },
      )
      const reading = handler('hi').then(read)
      await clock.advance(6_000)
      return (await reading).error
    }
    expect(await run(3_500)).toMatchObject({
      cause: { phase: 'total', timeoutMs: 3_500 },
    })
    expect(signal?.aborted).toBe(true)
    expect(await run(60_000)).toBeUndefined()
    expect(signal?.aborted).toBe(false)
  })

  test.each<[string, Policy<string, AnswerStream<Word>>]>([
    ['totalMs', timeout({ timeoutMs: 1_000, totalMs: 5_000 })],
    ['a deadline', deadline({ timeoutMs: 5_000 })],
  ])('a stream that nobody reads is over when %s says so, and not before', async (_, limit) => {
    const clock = testClock()
    let signal: AbortSignal | undefined
    const telling = streaming(
      (_request: string, ctx) => ((signal = ctx.signal), say('a', 'b', { end: true })),
      { protocol: words },
    )
    const handler = pipeline(telling, [limit], { clock })
    const { response, report } = await handler.withReport('hi')
    await clock.advance(4_999)
    expect(signal?.aborted).toBe(false)
    await clock.advance(1)
    expect(signal?.aborted).toBe(true)
    expect((await report).attempts[0]).toMatchObject({ outcome: 'failed' })
    expect(clock.pending).toBe(0)
    // Who comes late gets what was there, and then why there is no more.
    expect(await read(response)).toMatchObject({
      got: ['a'],
      error: { code: 'HOLDFAST_STREAM_INTERRUPTED' },
    })
  })

  test('T76 R-62 a reader who leaves stops upstream at once', async () => {
    let signal: AbortSignal | undefined
    let closed = false
    const open = async function* (): AsyncGenerator<Word> {
      try {
        for (;;) yield 'x'
      } finally {
        closed = true
      }
    }
    const handler = pipeline(
      streaming((_request: string, ctx) => ((signal = ctx.signal), open()), {
        protocol: words,
      }),
      [],
    )
    const { response, report } = await handler.withReport('hi')
    for await (const _ of response) break
    expect(signal?.aborted).toBe(true)
    await Promise.resolve()
    expect(closed).toBe(true)
    expect((await report).attempts[0]).toMatchObject({ fault: { kind: 'aborted' } })
  })

  test('a reader who leaves when all was said has had the whole answer', async () => {
    const { response, report } = await pipeline(
      provider(() => say('a', { end: true }, never)),
      [],
    ).withReport('hi')
    for await (const chunk of response) if (typeof chunk === 'object') break
    expect((await report).attempts[0]).toMatchObject({ outcome: 'succeeded' })
  })

  test("the caller's own abort reaches the reader as the very reason", async () => {
    const controller = new AbortController()
    const stream = await pipeline(
      provider(() => say('a', never)),
      [],
    )('hi', { signal: controller.signal })
    const reading = read(stream)
    await Promise.resolve()
    controller.abort('enough')
    expect(await reading).toEqual({ got: ['a'], error: 'enough' })
  })
})

describe('what others want of a stream', () => {
  test('peek reads on without handing out; taps see every chunk, the early ones too', async () => {
    const tapped: Word[] = []
    let ended = 0
    const judge: Policy<string, AnswerStream<Word>> = async (_ctx, next) => {
      const stream = await next()
      stream.tap({ chunk: (chunk) => void tapped.push(chunk), end: () => void ended++ })
      await stream.peek(({ text }) => text.length >= 3)
      return stream
    }
    const stream = await pipeline(
      provider(() => say({ ping: true }, 'a', 'bc', 'd', { end: true })),
      [judge],
    )('hi')
    expect(tapped).toEqual([{ ping: true }, 'a', 'bc'])
    expect((await read(stream)).got).toEqual([{ ping: true }, 'a', 'bc', 'd', { end: true }])
    expect([tapped.length, ended]).toEqual([5, 1])
  })

  test('a tap that throws at the end fails the stream: an answer that no validator passed is none', async () => {
    const no = new Error('no good')
    const judge: Policy<string, AnswerStream<Word>> = async (_ctx, next) => {
      const stream = await next()
      stream.tap({
        end: () => {
          throw no
        },
      })
      return stream
    }
    const { error } = await read(
      await pipeline(
        provider(() => say('a', { end: true })),
        [judge],
      )('hi'),
    )
    expect(error).toMatchObject({ code: 'HOLDFAST_STREAM_INTERRUPTED', cause: no })
  })

  test('T76 R-64 collect gives the whole answer; toReadableStream reads no further than it is asked', async () => {
    let made = 0
    const count = async function* (): AsyncGenerator<Word> {
      for (; made < 100; made++) yield 'x'
      yield { end: true }
    }
    const reader = (await pipeline(provider(count), [])('hi')).toReadableStream().getReader()
    await reader.read()
    await reader.read()
    expect(made).toBeLessThan(4)
    await reader.cancel()

    const whole = await collect(
      await pipeline(
        provider(() => say('a', 'b', { end: true })),
        [],
      )('hi'),
    )
    expect(whole).toMatchObject({ text: 'ab', chunks: ['a', 'b', { end: true }] })
  })

  test('R-64 asking ahead gives the chunks in order', async () => {
    const stream = await pipeline(
      provider(() => say('a', 'b', 'c', { end: true })),
      [],
    )('hi')
    const iterator = stream[Symbol.asyncIterator]()
    const items = await Promise.all([1, 2, 3, 4, 5].map(() => iterator.next()))
    expect(items.map(({ value }) => value as Word)).toEqual([
      'a',
      'b',
      'c',
      { end: true },
      undefined,
    ])
  })

  test('a stream is in the report and in the events when it is really over', async () => {
    const handler = pipeline(
      provider(() => say('a', 'b')),
      [],
    )
    const events = recordEvents(handler)
    const { response, report } = await handler.withReport('hi')
    expect(events.map(({ type }) => type)).toEqual(['call:started', 'attempt:started'])
    expect(liveOf(response)).toBe(response)
    await read(response)
    expect((await report).attempts[0]).toMatchObject({
      outcome: 'failed',
      fault: { kind: 'incomplete' },
    })
    expect(events.map(({ type }) => type).slice(2)).toEqual(['attempt:failed', 'call:failed'])
  })

  test('a source without a protocol: every chunk is content, and any end is the end', async () => {
    const stream = await pipeline(
      streaming(async () => say('a', 'b'), { protocol: plain }),
      [],
    )('hi')
    expect(await collect(stream as AnswerStream<string>)).toMatchObject({
      text: 'ab',
      finish: 'stop',
    })
  })

  test('what is no stream is refused in a sentence', async () => {
    await expect(
      pipeline(
        streaming(() => 5 as never),
        [],
      )('hi'),
    ).rejects.toThrow(
      'streaming: the provider must give an async iterable or a ReadableStream, got 5',
    )
    expect(() => streaming(() => say(), { terminator: 'maybe' as never })).toThrow(
      "streaming: terminator must be 'required' or 'optional', got 'maybe'",
    )
  })
})
