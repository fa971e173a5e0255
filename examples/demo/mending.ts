import type { Events } from '@holdfast/core'

import { costOf, PRICES } from './score.ts'

/** What can be done about an answer that is no good, beyond asking the same again. */
export const WAYS = {
  'json:reasked': 'broken JSON, shown to the model with what is wrong',
  'truncation:continued': 'cut answers, gone on with where they stop',
  'refusal:routed': 'refusals, taken to the other model',
} as const
export type Way = keyof typeof WAYS

/** How often, and what that cost. */
export interface Mended {
  times: number
  tokens: number
  usd: number
}
export type Mending = Readonly<Record<Way, Mended>>

/** Listens from now on; the function that it returns gives what was seen until then. */
export const keepMending = (events: Events): (() => Mending) => {
  const none = (): Mended => ({ times: 0, tokens: 0, usd: 0 })
  const mending: Mending = {
    'json:reasked': none(),
    'truncation:continued': none(),
    'refusal:routed': none(),
  }
  /** By call: why its next attempt is made. */
  const because = new Map<string, Way>()

  for (const way of Object.keys(mending) as Way[])
    events.on(way, ({ callId }) => {
      mending[way].times++
      because.set(callId, way)
    })
  for (const ended of ['attempt:succeeded', 'attempt:failed'] as const)
    events.on(ended, ({ callId, attemptRecord: { provider, usage } }) => {
      const way = because.get(callId)
      because.delete(callId)
      if (way === undefined || usage === undefined) return
      mending[way].tokens += usage.inputTokens + usage.outputTokens
      mending[way].usd += costOf(
        [usage],
        provider === 'anthropic' ? PRICES.anthropic : PRICES.openai,
      )
    })
  return () => mending
}

const WIDTH = 54

/** What the mending came to, a line for each way. */
export const mendingLines = (mending: Mending): string =>
  (Object.keys(WAYS) as Way[])
    .map((way) => {
      const { times, tokens, usd } = mending[way]
      return `${WAYS[way].padEnd(WIDTH)}${String(times).padStart(4)} ×${String(tokens).padStart(8)} tokens  $${usd.toFixed(4)}`
    })
    .join('\n')
