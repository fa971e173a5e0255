import type { PipelineShape } from '@holdfast/core'

import { HINT_SPREAD } from './backoff.ts'
import type { RetrySettings } from './options.ts'

/** The most that `retry` can make of what is inside it: all attempts used, each wait the longest. */
export function worstCase<Req>(settings: RetrySettings<Req>, inner: PipelineShape): PipelineShape {
  const { maxAttempts } = settings
  if (maxAttempts === 1) return inner
  return {
    ...inner,
    maxRequests: inner.maxRequests * maxAttempts,
    maxMs: times(maxAttempts, inner.maxMs) + times(maxAttempts - 1, longestWaitMs(settings)),
    retryLayers: inner.retryLayers + 1,
    warnings:
      inner.retryLayers === 0 || inner.maxRequests === 1
        ? inner.warnings
        : [...inner.warnings, nestedWarning(maxAttempts, inner.maxRequests)],
  }
}

/** A `delay` hook may ask for anything. */
const longestWaitMs = <Req>({ delay, maxDelayMs, maxRetryAfterMs }: RetrySettings<Req>): number =>
  delay === undefined ? Math.max(maxDelayMs, maxRetryAfterMs * (1 + HINT_SPREAD)) : Infinity

/** Without the NaN that 0 × Infinity is. */
const times = (count: number, ms: number): number => count * ms || 0

const nestedWarning = (attempts: number, inner: number): string =>
  `nested retries multiply: ${attempts} attempts of up to ${inner} requests = ${attempts * inner}`
