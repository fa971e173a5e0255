import {
  ConfigurationError,
  isHandler,
  type Provider,
  type TargetInfo,
  type Target,
} from '@holdfast/core'
import type { FallbackEntry } from '@holdfast/fallback'

/** The list as the policies want it: one entry runs on the pipeline's own provider. */
export interface Listed<Req, Res> {
  readonly provider: Provider<Req, Res>
  readonly entries: readonly FallbackEntry<Req, Res>[]
  /** What `admit` waits for: a pipeline of its own answers for itself, and counts as ready. */
  readonly all: readonly { readonly id: string }[]
  /** Where a second attempt may go through the inner policies. */
  readonly direct: readonly TargetInfo[]
}

/**
 * `fallback` tries the pipeline's own provider first when no entry runs on it. Here the list is all there is, so its
 * first target runs on it.
 *
 * @throws ConfigurationError when nothing in the list can be called
 */
export const listed = <Req, Res>(
  targets: readonly FallbackEntry<Req, Res>[],
  call: Provider<Req, Res> | undefined,
): Listed<Req, Res> => {
  if (!Array.isArray(targets) || targets.length === 0)
    throw new ConfigurationError('standard: targets must be a list with at least one entry')
  const entries = targets.map((entry: FallbackEntry<Req, Res>, index) =>
    typeof entry === 'function' && !isHandler(entry) ? named(entry, index) : entry,
  )
  const direct = entries.filter((entry): entry is Target<Req, Res> => typeof entry === 'object')
  const all = entries.map((entry) =>
    isHandler(entry) ? { id: entry.describe().name } : (entry as TargetInfo),
  )
  if (direct.some((target) => target.call === undefined)) {
    if (call === undefined)
      throw new ConfigurationError(
        'standard: a target without a call needs the option call, which reaches it',
      )
    return { provider: call, entries, all, direct }
  }
  const [first] = direct
  if (first?.call === undefined || call !== undefined)
    throw new ConfigurationError(
      'standard: one of the targets must be a target or a function, and call is for those without one',
    )
  const { call: provider, ...own } = first
  return { provider, entries: entries.map((entry) => (entry === first ? own : entry)), all, direct }
}

const named = <Req, Res>(call: Provider<Req, Res>, index: number): Target<Req, Res> => {
  const id = call.name || `target-${index + 1}`
  return { id, provider: id, call }
}
