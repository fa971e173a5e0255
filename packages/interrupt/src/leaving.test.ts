import {
  pipeline,
  timeout,
  type AnswerStream,
  type Context,
  type Policy,
  type StreamProtocol,
} from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { recordEvents, settle, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { interrupt, resume } from './index.ts'

const wire: StreamProtocol = {
  name: 'wire',
  read(chunk, seen) {
    if (chunk === 'END') seen.ended = true
    else {
      seen.text += chunk as string
      seen.content = 'text'
    }
  },
}
const reset = Object.assign(new TypeError('terminated'), { cause: { code: 'ECONNRESET' } })

/** The first stream breaks after a word; every later request goes to `later`. */
const breaking = (later: (signal: AbortSignal) => Promise<AsyncIterable<string>>) => {
  const signals: AbortSignal[] = []
  const provider = streaming(
    async (_request: string, { signal }: Context<string>) => {
      if (signals.push(signal) > 1) return later(signal)
      return (async function* () {
        yield 'a'
        throw reset
      })()
    },
    { protocol: wire },
  )
  return { provider, signals }
}
type Floor = Policy<string, AnswerStream<string>>
const deaf = (): Promise<never> => new Promise(() => {})
const seam = (): string => 'SEAM'

/** The stream, and the read that is waiting for what follows its break. */
const broken = async (opening: Promise<AnswerStream<string>>) => {
  const stream = await opening
  const iterator = stream[Symbol.asyncIterator]()
  await iterator.next()
  const waiting = iterator.next().then(
    ({ value }) => ({ value: value as unknown }),
    (error: unknown) => ({ error }),
  )
  await settle()
  return { stream, iterator, waiting }
}

describe('while it is sought what follows', () => {
  test('R-62 a consumer who leaves is let go at once, and upstream is told', async () => {
    const { provider, signals } = breaking(deaf)
    const handler = pipeline(provider, [interrupt('restart', { seam })])
    const events = recordEvents(handler)
    const { stream, waiting } = await broken(handler('hi'))
    const reason = new DOMException('closed', 'AbortError')
    await stream.cancel(reason)
    expect(await waiting).toEqual({ error: reason })
    expect(signals[1]?.aborted).toBe(true)
    await expect(stream.over).rejects.toMatchObject({ fault: { kind: 'aborted' }, cause: reason })
    expect(events.at(-1)).toMatchObject({ type: 'call:failed', fault: { kind: 'aborted' } })
  })

  test('a caller who aborts gets the very reason, even of a provider that does not listen', async () => {
    const { provider, signals } = breaking(deaf)
    const handler = pipeline(provider, [interrupt('restart', { seam })])
    const caller = new AbortController()
    const { waiting } = await broken(handler('hi', { signal: caller.signal }))
    caller.abort('enough')
    expect(await waiting).toEqual({ error: 'enough' })
    expect(signals[1]?.aborted).toBe(true)
  })

  test('a sequel that comes too late leaves the first error, and no timer', async () => {
    const clock = testClock()
    const { provider } = breaking(deaf)
    const handler = pipeline(
      provider,
      [interrupt('restart', { seam }), timeout({ timeoutMs: 1_000, totalMs: 9_000 })],
      { clock },
    )
    const { waiting } = await broken(handler('hi'))
    await clock.advance(1_000)
    expect(await waiting).toMatchObject({ error: { cause: reset } })
    expect(clock.pending).toBe(0)
  })
})

const mine = (): never => {
  throw new Error('mine')
}
const unmakeable: [string, Floor, boolean][] = [
  ['a seam', interrupt('restart', { seam: mine }), true],
  ['a request', resume<string, AnswerStream<string>>({ continueWith: mine }), false],
]

test.each(unmakeable)(
  '%s that cannot be made leaves the first error, and lets go of what was opened',
  async (_, policy, opens) => {
    let closed = false
    const { provider } = breaking(async () =>
      (async function* () {
        try {
          yield 'b'
          yield 'END'
        } finally {
          closed = true
        }
      })(),
    )
    const handler = pipeline(provider, [policy])
    const events = recordEvents(handler)
    const { waiting } = await broken(handler('hi'))
    expect(await waiting).toMatchObject({ error: { cause: reset } })
    expect(closed).toBe(opens)
    expect(events.map(({ type }) => type)).toContain('stream:given-up')
  },
)

test('a continuation that has nothing to add still says that it is the end', async () => {
  const { provider } = breaking(async () =>
    (async function* () {
      yield 'END'
    })(),
  )
  const policy: Floor = resume({ continueWith: (request) => request })
  const { waiting, iterator } = await broken(pipeline(provider, [policy])('hi'))
  expect(await waiting).toEqual({ value: 'END' })
  expect((await iterator.next()).done).toBe(true)
})
