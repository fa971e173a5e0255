import { ConfigurationError, liveOf, place, quote } from '@holdfast/core'
import type { Universal } from '@holdfast/core'

import { resolveRestart, type RestartOptions } from './options.ts'
import { attemptOf, sequelOf } from './sequel.ts'

/**
 * Begins a broken stream anew, through all policies inside, with a `reset` seam where the first answer ended: the consumer
 * reads `withSeams()`, or `seam` says it in chunks, so that nothing is ever shown twice. For others the error stays.
 *
 * @example
 * const chat = pipeline(streaming(callModel), [interrupt('restart'), fallback([gpt, claude]), retry()])
 * for await (const part of (await chat(request)).withSeams()) isSeam(part) ? page.clear() : page.add(part)
 *
 * @throws ConfigurationError for any other mode, or a wrong option
 */
export const interrupt = (mode: 'restart', options?: RestartOptions): Universal<'interrupt', 3> => {
  if (mode !== 'restart')
    throw new ConfigurationError(`interrupt: mode must be 'restart', got ${quote(mode)}`)
  const { on, idempotentTools, maxRestarts, seam } = resolveRestart(options)
  return place(
    {
      name: 'interrupt',
      floor: 'interrupt',
      direct: true,
      shape: (inner) => ({ ...inner, maxRequests: inner.maxRequests * (1 + maxRestarts) }),
    },
    async (ctx, next) => {
      const response = await next(attemptOf(ctx, 1))
      liveOf(response)?.recoverWith(
        sequelOf(ctx, next, {
          kind: 'reset',
          on,
          idempotentTools,
          max: maxRestarts,
          inChunks: seam,
          requestFor: ({ request }, { shown, seams }) =>
            shown && !seams && seam === undefined ? 'no-seams' : { request },
        }),
      )
      return response
    },
  )
}
