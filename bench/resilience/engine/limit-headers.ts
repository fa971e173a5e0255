import type { Limit, Verdict } from './bucket.ts'

/** A duration as OpenAI's headers write it: `120ms`, `1.5s`. */
const duration = (ms: number): string =>
  ms < 1_000 ? `${Math.ceil(ms)}ms` : `${Math.round(ms) / 1_000}s`

/** What a provider tells of its limit with every response, as OpenAI does. */
export const limitHeaders = (
  limit: Limit,
  { remaining, resetMs }: Verdict,
): Record<string, string> => ({
  'x-ratelimit-limit-requests': String(Math.round(limit.perSecond * 60)),
  'x-ratelimit-remaining-requests': String(remaining),
  'x-ratelimit-reset-requests': duration(resetMs),
})
