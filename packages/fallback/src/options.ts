import {
  callable,
  ConfigurationError,
  either,
  faultKindsBut,
  isRecord,
  milliseconds,
  oneOf,
  optional,
  resolveOptions,
  RETRYABLE,
  rule,
  type Context,
  type FaultKind,
  type Provider,
  type SettingsOf,
  type Target,
} from '@holdfast/core'

/**
 * A provider function in a list beside targets. Every function has a `call`; typed as here it does not keep
 * TypeScript from inferring the `request` of a target's `call: (request) => …`.
 */
interface ListedFunction<Req, Res> {
  (request: Req, ctx: Context<Req>): Promise<Res>
  readonly call: Provider<Req, Res>
}

/** One entry of the list: a target, a pipeline of its own, or any provider function. */
export type FallbackEntry<Req, Res> = Target<Req, Res> | ListedFunction<Req, Res>

/** Puts the targets of one call in order; those it leaves out are not tried. */
export type OrderTargets<Req> = (
  targets: readonly Target<Req, unknown>[],
  ctx: Context<Req>,
) => readonly Target<Req, unknown>[]

export interface FallbackOptions<Req = unknown> {
  /**
   * Faults after which another target is tried.
   * `content-filtered` and `refused` are safety verdicts: never routed around unless you list them.
   * `aborted` and `deadline-exceeded` cannot be listed: nobody waits for the answer any more.
   *
   * @default everything but invalid-request, content-filtered, refused, deadline-exceeded and aborted
   */
  readonly on?: readonly FaultKind[]
  /**
   * Targets, by id, that are tried only after these faults and no other: never first. For them it takes the
   * place of `on`: `{ 'gemini-long': ['context-window'] }`.
   */
  readonly onlyOn?: Readonly<Record<string, readonly FaultKind[]>>
  /**
   * `'listed'`; `'cost'`: cheapest first by a blend of three input tokens to one output token, without a price
   * last; `'latency'`: by the 95th percentile of the first content as it is known just now, unknown ones (of fewer than
   * 20 answers) first; or a function.
   *
   * @default 'listed'
   */
  readonly order?: 'listed' | 'cost' | 'latency' | OrderTargets<Req>
  /**
   * The session of a call: it stays with the target that served it last, while that is healthy, for its prompt cache is
   * there. Add the turn to the key to have it back at the first target with each turn. @default no call has a session
   */
  readonly stickyBy?: (ctx: Context<Req>) => string | undefined
  /** How long after its last call a session stays, in milliseconds. @default 300_000, the life of prompt caches */
  readonly stickyMs?: number
}

/** With what has a default filled in. */
export type FallbackSettings<Req> = SettingsOf<FallbackOptions<Req>, 'stickyBy'>

/** @throws ConfigurationError */
export const fail = (sentence: string): never => {
  throw new ConfigurationError(`fallback: ${sentence}`)
}

/** Nobody waits for the answer any more: no target is the way out. */
const OVER: readonly FaultKind[] = ['aborted', 'deadline-exceeded']

/** Verdicts on the call rather than on a target: unless opted into, they are thrown as they are. */
export const isVerdict = (kind: FaultKind): boolean =>
  OVER.includes(kind) || kind === 'content-filtered' || kind === 'refused'

/** All of them but these. */
export const faultsBut = (...kinds: readonly FaultKind[]): FaultKind[] =>
  (Object.keys(RETRYABLE) as FaultKind[]).filter((kind) => !kinds.includes(kind))

/** What `fallback` does when not told otherwise. */
export const FALLBACK_DEFAULTS: {
  readonly on: readonly FaultKind[]
  readonly onlyOn: Readonly<Record<string, readonly FaultKind[]>>
  readonly order: 'listed'
  readonly stickyMs: number
} = {
  on: /* @__PURE__ */ faultsBut(
    'invalid-request',
    'content-filtered',
    'refused',
    'deadline-exceeded',
    'aborted',
  ),
  onlyOn: {},
  order: 'listed',
  stickyMs: 300_000,
}

/** @throws ConfigurationError with a sentence that names option and value */
export const resolveFallback = <Req>(
  options: FallbackOptions<Req> | undefined,
  ids: readonly string[],
): FallbackSettings<Req> => {
  const kinds = faultKindsBut(...OVER)
  const resolved = resolveOptions<FallbackSettings<Req>>('fallback', options, FALLBACK_DEFAULTS, {
    on: kinds,
    onlyOn: rule(
      `an object of target ids, each with ${kinds.says}`,
      (v) => isRecord(v) && Object.values(v).every((one) => kinds.test(one)),
    ),
    order: either(oneOf('listed', 'cost', 'latency'), callable),
    stickyBy: optional(callable),
    stickyMs: milliseconds(1),
  })
  for (const id of Object.keys(resolved.onlyOn))
    if (!ids.includes(id)) fail(`onlyOn names '${id}', which is not in the list: ${ids.join(', ')}`)
  return resolved
}
