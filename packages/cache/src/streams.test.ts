import {
  pipeline,
  place,
  type AnswerStream,
  type Dialect,
  type Policy,
  type Seam,
} from '@holdfast/core'
import { collect, streaming } from '@holdfast/core/stream'
import { recordEvents, settle, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { cache } from './cache.ts'
import type { CacheOptions } from './options.ts'

const stage = (
  script: readonly (readonly (string | number | Error)[])[],
  inside: readonly Policy<string, AnswerStream<string>>[] = [],
  options: CacheOptions<string, AnswerStream<string>> = { scope: 'shared', ttlMs: 1_000 },
  dialect?: Dialect,
) => {
  const clock = testClock()
  let requests = 0
  let open = 0
  const ask = pipeline(
    streaming(
      async function* (_question: string): AsyncGenerator<string> {
        open++
        try {
          for (const step of script[Math.min(requests++, script.length - 1)]!) {
            if (step instanceof Error) throw step
            if (typeof step === 'number')
              await new Promise<void>((wake) => void clock.after(step, wake))
            else yield step
          }
        } finally {
          open--
        }
      },
      {
        protocol: {
          name: 'words',
          read(chunk, seen) {
            if (chunk === 'END') {
              seen.ended = true
              seen.finish = 'stop'
            } else {
              seen.text += chunk as string
              seen.content = 'text'
            }
          },
        },
      },
    ),
    [cache(options), ...inside],
    { clock, ...(dialect && { dialect }) },
  )
  return { ask, clock, requests: () => requests, open: () => open }
}
const read = async (stream: AnswerStream<string>): Promise<readonly string[]> =>
  (await collect(stream)).chunks

describe('streams', () => {
  test('a completed one is recorded as it passes, and given again as a stream', async () => {
    const { ask, requests } = stage([['Hel', 'lo', 'END']])
    expect(await read(await ask('hi'))).toEqual(['Hel', 'lo', 'END'])
    await settle()
    const { response, report } = await ask.withReport('hi')
    expect(await read(response)).toEqual(['Hel', 'lo', 'END'])
    expect((await report).cache?.status).toBe('hit')
    expect(requests()).toBe(1)
  })

  test('what the dialect freezes in no form of its own is recorded all the same', async () => {
    const dialect = {
      name: 'of results',
      read: () => ({}),
      isResponse: () => false,
      modelOf: () => undefined,
      freeze: () => undefined,
      thaw: () => 'not asked',
    } as unknown as Dialect
    const { ask, requests } = stage([['a', 'b', 'END']], [], undefined, dialect)
    for (const _ of [1, 2]) {
      expect(await read(await ask('hi'))).toEqual(['a', 'b', 'END'])
      await settle()
    }
    expect(requests()).toBe(1)
  })

  test('each caller of a recorded one has a stream of his own', async () => {
    const { ask } = stage([['a', 'END']])
    await read(await ask('hi'))
    await settle()
    const [one, other] = await Promise.all([ask('hi'), ask('hi')])
    expect(await read(one)).toEqual(['a', 'END'])
    expect(await read(other)).toEqual(['a', 'END'])
  })

  test('R-55 one that broke, or that the reader left, is not kept', async () => {
    const reset = new TypeError('terminated')
    const { ask, requests } = stage([
      ['a', reset],
      ['a', 'b', 'END'],
      ['whole', 'END'],
    ])
    await expect(read(await ask('hi'))).rejects.toMatchObject({ cause: reset })
    for await (const _ of await ask('hi')) break
    await settle()
    expect(await read(await ask('hi'))).toEqual(['whole', 'END'])
    expect(requests()).toBe(3)
  })

  test.each([
    ['reset', ['right', 'END']],
    ['resume', ['wro', 'right', 'END']],
  ] as const)('one that broke and went on by %s is kept as it reads', async (kind, kept) => {
    const seam: Seam = { type: 'holdfast:seam', kind, shown: 3, provider: 'p', model: undefined }
    const mend = place<'mend', 'interrupt', string, AnswerStream<string>>(
      { name: 'mend', floor: 'interrupt' },
      async (_ctx, next) => {
        const stream = await next({ attempt: 1 })
        stream.recoverWith(async () => ({ stream: await next({ attempt: 2 }), seam }))
        return stream
      },
    )
    const { ask, requests } = stage(
      [
        ['wro', new TypeError('terminated')],
        ['right', 'END'],
      ],
      [mend],
    )
    await read(await ask('hi'))
    await settle()
    expect(await read(await ask('hi'))).toEqual(kept)
    expect(requests()).toBe(2)
  })

  test('those who come together while it runs ask for themselves: a stream is read once', async () => {
    const { ask, requests } = stage([['a', 'END']])
    const both = await Promise.all([ask('hi'), ask('hi')])
    expect(await Promise.all(both.map(read))).toEqual([
      ['a', 'END'],
      ['a', 'END'],
    ])
    expect(requests()).toBe(2)
  })

  test('T70 that of a leader who left goes to who waited with him; the next one asks for himself', async () => {
    const { ask, clock, requests, open } = stage([
      [10, 'first', 'END'],
      ['second', 'END'],
    ])
    const leader = new AbortController()
    const left = ask('hi', { signal: leader.signal }).catch((e: unknown) => e)
    const stayed = [ask('hi'), ask('hi')]
    await clock.advance(5)
    leader.abort('gone')
    expect(await left).toBe('gone')
    await clock.advance(5)
    const [one, other] = await Promise.all(stayed)
    expect(await read(one!)).toEqual(['first', 'END'])
    expect(await read(other!)).toEqual(['second', 'END'])
    expect(requests()).toBe(2)
    expect(open()).toBe(0)
  })

  test('T70 whoever took it over is the one who cancels it', async () => {
    const { ask, clock, open } = stage([[10, 'first', 1_000, 'END']])
    const [leader, heir] = [new AbortController(), new AbortController()]
    const left = ask('hi', { signal: leader.signal }).catch((e: unknown) => e)
    const stayed = ask('hi', { signal: heir.signal })
    await clock.advance(5)
    leader.abort('gone')
    await left
    await clock.advance(5)
    const reading = read(await stayed).catch((e: unknown) => e)
    await settle()
    heir.abort('enough')
    expect(await reading).toBe('enough')
    await clock.advance(1_000)
    expect(open()).toBe(0)
  })

  test('who comes while one is being read asks for himself', async () => {
    const { ask, clock, requests } = stage([
      ['a', 10, 'b', 'END'],
      ['c', 'END'],
    ])
    const first = read(await ask('hi'))
    await settle()
    expect(await read(await ask('hi'))).toEqual(['c', 'END'])
    await clock.advance(10)
    expect(await first).toEqual(['a', 'b', 'END'])
    expect(requests()).toBe(2)
  })

  const REVALIDATE = {
    scope: 'shared',
    ttlMs: 1_000,
    mode: 'stale-while-revalidate',
    staleTtlMs: 10_000,
  } as const

  test('a stale one is refreshed behind it, to its end, though nobody reads that', async () => {
    const { ask, clock, requests, open } = stage(
      [
        ['old', 'END'],
        ['new', 10, 'er', 'END'],
      ],
      [],
      REVALIDATE,
    )
    await read(await ask('hi'))
    await clock.advance(1_500)
    expect(await read(await ask('hi'))).toEqual(['old', 'END'])
    await clock.advance(10)
    expect(open()).toBe(0)
    const { response, report } = await ask.withReport('hi')
    expect(await read(response)).toEqual(['new', 'er', 'END'])
    expect((await report).cache?.status).toBe('hit')
    expect(requests()).toBe(2)
  })

  test('R-55 a refresh that breaks keeps the old one, and is told', async () => {
    const { ask, clock } = stage(
      [
        ['old', 'END'],
        ['ne', new TypeError('terminated')],
      ],
      [],
      REVALIDATE,
    )
    const events = recordEvents(ask)
    await read(await ask('hi'))
    await clock.advance(1_500)
    await read(await ask('hi'))
    await settle()
    expect(events.types()).toContain('cache:refresh-failed')
    expect(await read(await ask('hi'))).toEqual(['old', 'END'])
  })
})
