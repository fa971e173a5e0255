import {
  ConfigurationError,
  isHandler,
  type Provider,
  type Target,
  type TargetInfo,
} from '@holdfast/core'
import type { FallbackEntry } from '@holdfast/fallback'

import type { StandardOptions } from './options.ts'

/** The list as the policies want it: one entry runs on the pipeline's own provider. */
export interface Listed<Req, Res> {
  readonly provider: Provider<Req, Res>
  readonly entries: readonly FallbackEntry<Req, Res>[]
  /** What `admit` waits for: a pipeline of its own answers for itself, and counts as ready. */
  readonly all: readonly { readonly id: string }[] | undefined
  /** Where a second attempt may go through the inner policies. */
  readonly direct: readonly TargetInfo[] | undefined
}

/** One provider function is no list. */
export const alone = <Req, Res>(provider: Provider<Req, Res>): Listed<Req, Res> => ({
  provider,
  entries: [],
  all: undefined,
  direct: undefined,
})

/**
 * `fallback` tries the pipeline's own provider first when no entry runs on it. Here the list is all there is, so its
 * first target runs on it.
 *
 * @throws ConfigurationError when nothing in the list can be called
 */
export const listed = <Req, Res>({
  targets = [],
  call,
  fallback: { onlyOn = {} } = {},
}: Partial<StandardOptions<Req, Res>>): Listed<Req, Res> => {
  const entries = named(targets)
  const direct = entries.filter((entry) => isTarget(entry))
  /** A target that is for certain faults only is no place for a call that has not failed yet. */
  const isOpen = ({ id }: { readonly id: string }): boolean => !Object.hasOwn(onlyOn, id)
  const rest = {
    all: entries.map((entry) => ({ id: idOf(entry) })).filter(isOpen),
    direct: direct.filter(isOpen),
  }
  if (direct.some((target) => target.call === undefined)) {
    if (call !== undefined) return { provider: call, entries, ...rest }
    throw new ConfigurationError(
      'standard: a target without a call needs the option call, which reaches it',
    )
  }
  const [first] = direct
  if (first?.call === undefined || call !== undefined)
    throw new ConfigurationError(
      'standard: one of the targets must be a target or a function, and call is for those without one',
    )
  const { call: provider, ...own } = first
  return { provider, entries: entries.map((entry) => (entry === first ? own : entry)), ...rest }
}

const isTarget = <Req, Res>(entry: FallbackEntry<Req, Res>): entry is Target<Req, Res> =>
  typeof entry === 'object' && entry !== null

const idOf = <Req, Res>(entry: FallbackEntry<Req, Res>): string =>
  isHandler(entry) ? entry.describe().name : ((entry as TargetInfo | null)?.id ?? '')

/** Functions go by their names; those of a factory have the same one, and are numbered. */
const named = <Req, Res>(
  targets: readonly FallbackEntry<Req, Res>[],
): readonly FallbackEntry<Req, Res>[] => {
  const names = new Set<string>()
  return targets.map((entry, index) => {
    if (typeof entry !== 'function' || isHandler(entry)) return entry
    const id =
      entry.name && !names.has(entry.name) ? entry.name : `${entry.name || 'target'}-${index + 1}`
    names.add(id)
    return { id, provider: id, call: entry }
  })
}
