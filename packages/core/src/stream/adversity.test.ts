import { testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import type { Seen, StreamProtocol } from '../dialect.ts'
import { pipeline, settled, timeout, type AnswerStream, type Policy } from '../index.ts'
import type { Sequel } from '../live.ts'
import { streaming, type StreamSource } from './index.ts'

type Word = string | { readonly end: true }

const words: StreamProtocol<Word> = {
  name: 'words',
  read(chunk: Word, seen: Seen) {
    if (typeof chunk === 'string') {
      seen.text += chunk
      seen.content = 'text'
    } else seen.ended = true
  },
}
const end = { end: true } as const
const never = new Promise<never>(() => {})
const boom = new Error('boom')

async function* say(...steps: readonly (Word | Error | Promise<never>)[]): AsyncGenerator<Word> {
  for (const step of steps) {
    if (step instanceof Error) throw step
    yield step instanceof Promise ? await step : step
  }
}
const readable = (said: AsyncGenerator<Word>): ReadableStream<Word> =>
  new ReadableStream<Word>({
    pull: (to) => said.next().then(({ done, value }) => (done ? to.close() : to.enqueue(value))),
  })
const from = (
  source: () => StreamSource<Word>,
  ...policies: Policy<string, AnswerStream<Word>>[]
) =>
  pipeline(
    streaming((_request: string) => source(), { protocol: words }),
    policies,
  )
const read = async (stream: AsyncIterable<Word>): Promise<{ got: Word[]; error?: unknown }> => {
  const got: Word[] = []
  try {
    for await (const chunk of stream) got.push(chunk)
    return { got }
  } catch (error) {
    return { got, error }
  }
}
/** What became of a promise within a few turns; a hang shows as `pending`. */
const soon = async (promise: Promise<unknown> | undefined): Promise<unknown> => {
  let outcome: unknown = 'pending'
  promise?.then(
    (value) => (outcome = { value }),
    (error: unknown) => (outcome = { error }),
  )
  await new Promise((resolve) => setImmediate(resolve))
  return outcome
}
const iteratorOf = (stream: AnswerStream<Word>) => stream[Symbol.asyncIterator]()

/** A floor 3 that plays what it is given, one after the other, and tells how often it was asked. */
const mend = (...sequels: (() => Promise<AnswerStream<Word>> | AnswerStream<Word>)[]) => {
  const asked: unknown[] = []
  const policy: Policy<string, AnswerStream<Word>> = async (_ctx, next) => {
    const stream = await next()
    stream.recoverWith(async ({ error }): Promise<Sequel<Word> | undefined> => {
      const sequel = sequels[asked.push(error) - 1]
      if (sequel === undefined) return undefined
      const seam = {
        type: 'holdfast:seam',
        kind: 'reset',
        shown: 0,
        provider: '',
        model: '',
      } as const
      return { stream: await sequel(), seam, chunk: 'seam' }
    })
    return stream
  }
  return Object.assign(policy, { asked })
}

describe('sources that misbehave', () => {
  test('a plain stream that throws is broken, not complete', async () => {
    const handler = pipeline(
      streaming(() => say('a', boom)),
      [],
    )
    const stream = await handler('hi')
    expect((await read(stream)).error).toMatchObject({ cause: boom })
    await expect(settled(stream)).rejects.toBeDefined()
  })

  test('a plain stream whose reader leaves has not said all', async () => {
    const { response, report } = await pipeline(
      streaming(() => say('a', 'b')),
      [],
    ).withReport('hi')
    for await (const _ of response) break
    expect((await report).attempts[0]).toMatchObject({ fault: { kind: 'aborted' } })
  })

  test('a plain stream that stalls is a timeout', async () => {
    const clock = testClock()
    const reading = pipeline(
      streaming(() => say('a', never)),
      [timeout({ timeoutMs: 1_000 })],
      { clock },
    )('hi').then((stream) => read(stream))
    await clock.advance(2_000)
    expect((await reading).error).toMatchObject({ fault: { kind: 'timeout' } })
    expect(clock.pending).toBe(0)
  })

  const iterators: [string, Partial<AsyncIterator<Word>>][] = [
    [
      'return throws',
      {
        return: () => {
          throw boom
        },
      },
    ],
    ['return gives no promise', { return: () => ({ done: true, value: undefined }) as never }],
    ['return rejects', { return: () => Promise.reject(boom) }],
    ['return never settles', { return: () => never }],
  ]
  test.each(iterators)('T9 %s: reader and record hear of the end all the same', async (_, odd) => {
    const chunks: Word[] = ['a', 'b']
    const source = (): AsyncIterable<Word> => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: chunks.shift() ?? end }),
        ...odd,
      }),
    })
    const stream = await from(source)('hi')
    await stream.cancel()
    expect(await soon(stream.over)).toMatchObject({ error: { code: 'HOLDFAST_STREAM_CANCELLED' } })
  })

  test('next that throws or gives no promise is read like any other', async () => {
    let calls = 0
    const source = (): AsyncIterable<Word> => ({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          if (++calls === 1) return { done: false, value: 'a' } as never
          throw boom
        },
      }),
    })
    const stream = await from(source)('hi')
    expect(await read(stream)).toMatchObject({ got: ['a'], error: { cause: boom } })
    expect(await soon(stream.over)).toHaveProperty('error')
  })

  test('a ReadableStream that is locked, or whose cancel rejects or never settles', async () => {
    const locked = new ReadableStream<Word>()
    locked.getReader()
    const { signal } = new AbortController()
    await expect(from(() => locked)('hi', { signal })).rejects.toThrow(TypeError)
    for (const cancel of [() => Promise.reject(boom), () => never]) {
      const source = new ReadableStream<Word>({ pull: (to) => to.enqueue('a'), cancel })
      const stream = await from(() => source)('hi')
      await stream.cancel()
      expect(await soon(stream.over)).toHaveProperty('error')
    }
  })

  test('a protocol that throws fails the stream, from either kind of source', async () => {
    const bad: StreamProtocol = {
      name: 'bad',
      read(chunk, seen) {
        if (chunk === 'b') throw boom
        seen.content = 'text'
      },
    }
    const sources: (() => StreamSource<Word>)[] = [
      () => say('a', 'b'),
      () => readable(say('a', 'b')),
    ]
    for (const source of sources) {
      const stream = await pipeline(
        streaming((_request: string) => source(), { protocol: bad }),
        [],
      )('hi')
      const iterator = iteratorOf(stream)
      await iterator.next()
      expect(await soon(iterator.next())).toMatchObject({ error: { cause: boom } })
      expect(await soon(iterator.next())).toMatchObject({ error: { cause: boom } })
      expect(await soon(stream.over)).toHaveProperty('error')
    }
  })

  test('T33 a classifier that throws leaves the error as it is read without it', async () => {
    const handler = pipeline(
      streaming((_request: string) => say('a', boom), { protocol: words }),
      [],
      {
        classify: () => {
          throw new Error('mine')
        },
      },
    )
    const { response, report } = await handler.withReport('hi')
    expect((await read(response)).error).toMatchObject({ cause: boom, fault: { kind: 'unknown' } })
    expect((await report).attempts).toMatchObject([{ outcome: 'failed' }])
  })

  test('what comes after a stop is handed to nobody', async () => {
    let push: (word: Word) => void = () => {}
    const source = (): AsyncIterable<Word> => ({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((resolve) => (push = (value) => resolve({ done: false, value }))),
      }),
    })
    const opening = from(source)('hi')
    await soon(opening)
    push('a')
    const stream = await opening
    const iterator = iteratorOf(stream)
    await iterator.next()
    const waiting = iterator.next()
    await stream.cancel()
    push('b')
    expect(await soon(waiting)).toMatchObject({ error: { code: 'HOLDFAST_STREAM_CANCELLED' } })
    expect(stream.seen.text).toBe('a')
  })

  test('T62 a stream that is opened after its caller left is let go of', async () => {
    let cancelled: unknown
    let give: (source: ReadableStream<Word>) => void = () => {}
    const handler = pipeline(
      streaming(
        (_request: string) => new Promise<ReadableStream<Word>>((resolve) => (give = resolve)),
        {
          protocol: words,
        },
      ),
      [],
    )
    const caller = new AbortController()
    const opening = handler('hi', { signal: caller.signal })
    caller.abort('left')
    await expect(opening).rejects.toBe('left')
    give(
      new ReadableStream({ pull: (to) => to.enqueue('a'), cancel: () => void (cancelled = true) }),
    )
    await soon(undefined)
    expect(cancelled).toBe(true)
  })
})

describe('readers that misbehave', () => {
  test('R-64 asking ahead again while earlier asks are open keeps the order', async () => {
    const all = Array.from({ length: 40 }, (_, i) => String(i))
    for (const source of [() => say(...all, end), () => readable(say(...all, end))]) {
      const iterator = iteratorOf(await from(source)('hi'))
      const got: unknown[] = []
      const open: Promise<unknown>[] = []
      const ask = async (slot: number): Promise<void> => {
        got[slot] = (await iterator.next()).value
        if (slot + 4 < 40) open.push(ask(slot + 4))
      }
      for (let slot = 0; slot < 4; slot++) open.push(ask(slot))
      for (let i = 0; i < open.length; i++) await open[i]
      expect(got).toEqual(all)
    }
  })

  test('who cancels gets nothing more of what was held back', async () => {
    const stream = await from(() => say('a', 'b', end))('hi')
    const reason = new Error('enough')
    await stream.cancel(reason)
    expect(await soon(iteratorOf(stream).next())).toEqual({ error: reason })
  })

  test('T43 whatever the reason of who cancels, it is held against nobody', async () => {
    for (const reason of ['left', new DOMException('gone', 'AbortError'), { status: 503 }, null]) {
      const { response, report } = await from(() => say('a', never)).withReport('hi')
      const iterator = iteratorOf(response)
      await iterator.next()
      const waiting = iterator.next()
      await response.cancel(reason)
      expect(await soon(waiting)).toEqual({ error: reason })
      expect((await report).attempts[0]).toMatchObject({ fault: { kind: 'aborted' } })
    }
  })

  test('a tap that throws when it is told of what came before it fails the stream', async () => {
    let closed = false
    const source = async function* (): AsyncGenerator<Word> {
      try {
        yield 'a'
        yield 'b'
      } finally {
        closed = true
      }
    }
    const stream = await from(source)('hi')
    expect(() =>
      stream.tap({
        chunk: () => {
          throw boom
        },
      }),
    ).toThrow(boom)
    expect(await soon(stream.over)).toMatchObject({ error: { cause: boom } })
    expect(closed).toBe(true)
  })
})

describe('what follows a break', () => {
  test('is asked for once, however many reads are waiting', async () => {
    const floor = mend(() => from(() => say('x', 'y', end))('hi'))
    const stream = await from(() => say('a', boom), floor)('hi')
    const iterator = iteratorOf(stream)
    const items = [1, 2, 3, 4, 5, 6].map(() => iterator.next())
    items.push(iterator.next())
    const values = (await Promise.all(items)).map(({ value }) => value as unknown)
    expect(values).toEqual(['a', 'seam', 'x', 'y', end, undefined, undefined])
    expect(floor.asked).toHaveLength(1)
    expect(await soon(stream.over)).toEqual({ value: undefined })
  })

  test('a read while it is sought waits for it', async () => {
    let give: (stream: AnswerStream<Word>) => void = () => {}
    const floor = mend(() => new Promise<AnswerStream<Word>>((resolve) => (give = resolve)))
    const stream = await from(() => say('a', boom), floor)('hi')
    const iterator = iteratorOf(stream)
    await iterator.next()
    const first = iterator.next()
    await soon(first)
    const second = iterator.next()
    give(await from(() => say('x', end))('hi'))
    expect([(await first).value, (await second).value]).toEqual(['seam', 'x'])
    expect(floor.asked).toHaveLength(1)
  })

  test('a break that nothing follows stays broken: it is not asked for again', async () => {
    let asked = 0
    const policy: Policy<string, AnswerStream<Word>> = async (_ctx, next) => {
      const stream = await next()
      stream.recoverWith(async () => void asked++)
      return stream
    }
    const stream = await from(() => say('a', boom), policy)('hi')
    const iterator = iteratorOf(stream)
    await iterator.next()
    for (let i = 0; i < 3; i++)
      expect(await soon(iterator.next())).toMatchObject({ error: { cause: boom } })
    expect(asked).toBe(1)
  })

  test('what comes when the reader has left is let go of', async () => {
    let give: (stream: AnswerStream<Word>) => void = () => {}
    const handler = from(
      () => say('a', boom),
      mend(() => new Promise<AnswerStream<Word>>((resolve) => (give = resolve))),
    )
    const stream = await handler('hi')
    const iterator = iteratorOf(stream)
    await iterator.next()
    const waiting = iterator.next()
    await soon(waiting)
    const reason = new Error('left')
    await stream.cancel(reason)
    const late = await from(() => say('x', 'y', end))('hi')
    give(late)
    expect(await soon(waiting)).toEqual({ error: reason })
    expect(await soon(stream.over)).toMatchObject({ error: { fault: { kind: 'aborted' } } })
    expect(await soon(late.over)).toHaveProperty('error')
    expect(await soon(iterator.next())).toEqual({ error: reason })
  })

  test('is not asked for by who cancels', async () => {
    const floor = mend(() => from(() => say('x', end))('hi'))
    const stream = await from(() => say('a', never), floor)('hi')
    const iterator = iteratorOf(stream)
    await iterator.next()
    const waiting = iterator.next()
    await stream.cancel()
    expect(await soon(waiting)).toMatchObject({ error: { code: 'HOLDFAST_STREAM_CANCELLED' } })
    expect(floor.asked).toHaveLength(0)
  })

  test('two floors that mend: the inner is asked first, and is done when the outer takes over', async () => {
    const overs: Promise<void>[] = []
    const note: Policy<string, AnswerStream<Word>> = async (_ctx, next) => {
      const stream = await next()
      overs.push(stream.over)
      return stream
    }
    const handler = from(
      () => say('a', boom),
      note,
      mend(() => from(() => say('outer', end))('hi')),
      note,
      mend(() => from(() => say('inner', boom))('hi')),
    )
    expect((await read(await handler('hi'))).got).toEqual([
      'a',
      'seam',
      'inner',
      'seam',
      'outer',
      end,
    ])
    expect(await soon(overs[0])).toHaveProperty('error')
    expect(await soon(overs[1])).toEqual({ value: undefined })
  })

  test('taps of the floors outside see what follows as well', async () => {
    const seen: unknown[] = []
    const tap: Policy<string, AnswerStream<Word>> = async (_ctx, next) => {
      const stream = await next()
      stream.tap({
        chunk: (chunk) => void seen.push(chunk),
        seam: ({ kind }) => void seen.push(kind),
        end: () => void seen.push('end'),
      })
      return stream
    }
    const handler = from(
      () => say('a', boom),
      tap,
      mend(() => from(() => say('x', 'y', end))('hi')),
    )
    await read(await handler('hi'))
    expect(seen).toEqual(['a', 'reset', 'x', 'y', end, 'end'])
  })
})

test('R-63 thousands of streams on one signal leave no listener behind', async () => {
  const { signal } = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (
    listeners--,
    remove(...args)
  )
  const handler = from(() => say('a', end), timeout({ timeoutMs: 60_000 }))
  const streams = await Promise.all(Array.from({ length: 3_000 }, () => handler('hi', { signal })))
  for (const [i, stream] of streams.entries()) {
    if (i % 3 === 0) await stream.cancel()
    else await read(stream)
  }
  await soon(undefined)
  expect(listeners).toBe(0)
}, 30_000)
