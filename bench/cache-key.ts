/**
 * What a cache key costs, next to `JSON.stringify` + SHA-256, which is what one would write by hand and which is
 * neither canonical nor safe. Prints one JSON object; ratios are medians over interleaved rounds of one process.
 *
 *     node --conditions=@holdfast/source bench/cache-key.ts
 */
import { createHash } from 'node:crypto'

import { canonical } from '../packages/cache/src/canonical.ts'
import { sha256 } from '../packages/cache/src/sha256.node.ts'

const ROUNDS = 41
const SAMPLE_MS = 12

/** A chat of about `bytes` bytes of JSON: many turns of prose, some tools, as agents send them. */
const chatOf = (bytes: number, word: string): unknown => {
  const turn = `${word} and the quick brown fox jumps over the "lazy" dog.\n`.repeat(14)
  const messages = Array.from(
    { length: Math.max(1, Math.round(bytes / (turn.length + 60))) },
    (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text: `${i}: ${turn}` }],
    }),
  )
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }
  const tools = [{ type: 'function', function: { name: 'weather', parameters } }]
  return { model: 'gpt-x', temperature: 0.2, max_tokens: 1_024, tools, messages }
}

const byHand = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex')
const ours = (request: unknown): unknown => sha256(canonical(request))

/** Microseconds per call, over about `SAMPLE_MS` of calls. */
const sample = (run: (request: unknown) => unknown, request: unknown): number => {
  let calls = 0
  const from = performance.now()
  let spent = 0
  do {
    run(request)
    calls++
    spent = performance.now() - from
  } while (spent < SAMPLE_MS)
  return (spent * 1_000) / calls
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
const round = (value: number): number => Math.round(value * 100) / 100

const compare = (request: unknown): object => {
  const hand: number[] = []
  const own: number[] = []
  for (let i = -3; i < ROUNDS; i++) {
    // In turn and in changing order, so that a busy neighbour hits both.
    const pair =
      i % 2 === 0
        ? [sample(byHand, request), sample(ours, request)]
        : [sample(ours, request), sample(byHand, request)].toReversed()
    if (i < 0) continue // warming up
    hand.push(pair[0] ?? NaN)
    own.push(pair[1] ?? NaN)
  }
  return {
    bytes: JSON.stringify(request).length,
    jsonSha256Us: round(median(hand)),
    cacheKeyUs: round(median(own)),
    ratio: round(median(own.map((us, i) => us / (hand[i] ?? NaN)))),
  }
}

const rows = {
  '1 kB': compare(chatOf(300, 'plain')),
  '10 kB': compare(chatOf(10_000, 'plain')),
  '100 kB': compare(chatOf(100_000, 'plain')),
  '100 kB, not Latin-1': compare(chatOf(100_000, 'naïve 東京 🙂')),
}
console.log(JSON.stringify({ node: process.version, rounds: ROUNDS, rows }, null, 2))
