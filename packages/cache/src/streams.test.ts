import { pipeline, place, type AnswerStream, type Policy, type Seam } from '@holdfast/core'
import { collect, streaming } from '@holdfast/core/stream'
import { settle, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { cache } from './cache.ts'

const stage = (
  script: readonly (readonly (string | Error)[])[],
  inside: readonly Policy<string, AnswerStream<string>>[] = [],
) => {
  let requests = 0
  const ask = pipeline(
    streaming(
      async function* (_question: string): AsyncGenerator<string> {
        for (const step of script[Math.min(requests++, script.length - 1)]!) {
          if (step instanceof Error) throw step
          yield step
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
    [cache({ scope: 'shared', ttlMs: 1_000 }), ...inside],
    { clock: testClock() },
  )
  return { ask, requests: () => requests }
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
})
