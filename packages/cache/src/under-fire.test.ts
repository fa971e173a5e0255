import { pipeline, type AnswerStream, type StreamProtocol } from '@holdfast/core'
import { collect, streaming } from '@holdfast/core/stream'
import { seededRandom, settle, testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { cache } from './cache.ts'
import type { CacheEntry } from './store.ts'

const MODES = [
  { mode: 'read-through' },
  { mode: 'stale-if-error', staleTtlMs: 2_000 },
  { mode: 'stale-while-revalidate', staleTtlMs: 2_000 },
] as const

const words: StreamProtocol<string> = {
  name: 'words',
  read(chunk, seen) {
    if (chunk === 'END') {
      seen.ended = true
      seen.finish = 'stop'
    } else {
      seen.text += chunk
      seen.content = 'text'
    }
  },
}

const ERRORS = ['Error: down', 'StreamInterruptedError: terminated']

/** A caller's signal that knows who still listens. */
const listened = () => {
  const controller = new AbortController()
  const { signal } = controller
  let listeners = 0
  const [add, remove] = [
    signal.addEventListener.bind(signal),
    signal.removeEventListener.bind(signal),
  ]
  signal.addEventListener = (...given: Parameters<AbortSignal['addEventListener']>) => {
    listeners++
    add(...given)
  }
  signal.removeEventListener = (...given: Parameters<AbortSignal['removeEventListener']>) => {
    listeners--
    remove(...given)
  }
  return { controller, signal, listeners: () => listeners }
}

/**
 * Forty callers, four questions, a provider and a store that fail and dawdle; some callers leave, before or while they
 * read. Each seed is a world: its number in the title is all that is needed to see it again.
 */
test.each(Array.from({ length: 30 }, (_, seed) => seed))(
  'world %i: everybody gets a whole answer to his own question, or an error of his own; nothing is left behind',
  async (seed) => {
    const dice = seededRandom(seed)
    const clock = testClock(1_000_000)
    const pause = (ms: number): Promise<void> => new Promise((wake) => void clock.after(ms, wake))
    const entries = new Map<string, CacheEntry>()
    let open = 0
    const store = {
      async get(key: string) {
        if (dice() < 0.1) throw new Error('connection lost')
        if (dice() < 0.3) await pause(dice() * 100)
        return entries.get(key)
      },
      async set(key: string, entry: CacheEntry) {
        if (dice() < 0.1) throw new Error('connection lost')
        entries.set(key, entry)
      },
    }
    const ask = pipeline(
      streaming(
        async function* (question: string, ctx): AsyncGenerator<string> {
          open++
          try {
            if (dice() < 0.8) await pause(dice() * 500)
            if (ctx.signal.aborted) throw ctx.signal.reason
            if (dice() < 0.2) throw Object.assign(new Error('down'), { status: 503 })
            yield question
            if (dice() < 0.8) await pause(dice() * 500)
            if (dice() < 0.1) throw new TypeError('terminated')
            yield '!'
            yield 'END'
          } finally {
            open--
          }
        },
        { protocol: words },
      ),
      [
        cache<string, AnswerStream<string>>({
          scope: 'shared',
          ttlMs: 300,
          storeTimeoutMs: 50,
          store,
          ...MODES[seed % MODES.length]!,
        }),
      ],
      { clock, random: dice },
    )

    const callers = Array.from({ length: 40 }, async (_, i) => {
      const { controller, signal, listeners } = listened()
      const question = `q${i % 4}`
      await pause(dice() * 2_000)
      if (dice() < 0.3) void pause(dice() * 400).then(() => controller.abort(`${i} left`))
      const ended = await ask(question, { signal })
        .then(collect)
        .then(
          ({ chunks }) => chunks.join(' '),
          (error: unknown) => String(error),
        )
      const may = signal.aborted ? [`${i} left`] : ERRORS
      return { isRight: [...may, `${question} ! END`].includes(ended), ended, listeners }
    })
    await clock.advance(10_000)
    const calls = await Promise.all(callers)
    await clock.advance(10_000)
    await settle()
    expect(calls.filter(({ isRight }) => !isRight)).toEqual([])
    expect(calls.filter(({ listeners }) => listeners() > 0)).toEqual([])
    expect(open).toBe(0)
    expect(clock.pending).toBe(0)
  },
)
