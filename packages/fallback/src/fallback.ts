import type { Placed } from '@holdfast/core'
import { place } from '@holdfast/core'

import { listOf } from './list.ts'
import type { FallbackEntry, FallbackOptions } from './options.ts'
import { begin, firstOf } from './run.ts'
import { worstCase } from './shape.ts'
import { onward, turn } from './walk.ts'

/**
 * Sends the call to the next target when one fails, and past those that cannot serve it.
 *
 * A target without `call` runs on the pipeline's own provider. If no entry does, the pipeline's own provider is
 * tried first. A pipeline in the list is called directly, everything else through the inner policies.
 *
 * @throws ConfigurationError while it is built; a call that fails everywhere throws AllTargetsFailedError, or the
 *   very error when only one target was tried or the fault is not one to fall back on
 */
export const fallback = <Req, Res>(
  entries: readonly FallbackEntry<Req, Res>[],
  options?: FallbackOptions<Req>,
): Placed<'fallback', 5, Req, Res> => {
  const list = listOf(entries, options)
  return place<'fallback', 'fallback', Req, Res>(
    {
      name: 'fallback',
      floor: 'fallback',
      direct: true,
      timed: list.learns,
      shape: (inner) => worstCase(list, inner),
    },
    (ctx, next) => {
      const run = begin(list, ctx, next)
      const target = firstOf(run)
      return target === undefined ? onward(run) : turn(run, target)
    },
  )
}
