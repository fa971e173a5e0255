import { callable, ConfigurationError, optional, quote, resolveOptions, rule } from '@holdfast/core'
import type { Dialect, Fault, FaultKind, RequestNeeds, Rule } from '@holdfast/core'

import { auto } from './auto.ts'

/** What a change is told about the attempt that failed; the context of a call fits. */
export interface RequestChangeAt {
  readonly fault: Fault
  readonly ctx: { readonly dialect: Dialect | undefined }
}

/** A change of the request before its next attempt, for retry's `adapt`; undefined leaves it as is. */
export type RequestChange = <Req>(request: Req, at: RequestChangeAt) => Req | undefined

/**
 * After a timeout, asks for an answer of at most `ratio` times the tokens.
 *
 * A request that states no limit is left as is: there is nothing to take the ratio of.
 * @param ratio between 0 and 1, both excluded; the limit never falls below one token.
 * @throws ConfigurationError when `ratio` is anything else
 */
export function shorterAnswer(ratio: number): RequestChange {
  if (!(typeof ratio === 'number' && ratio > 0 && ratio < 1)) {
    throw new ConfigurationError(
      `shorterAnswer: ratio must be between 0 and 1, got ${quote(ratio)}`,
    )
  }
  return changeOn(['timeout'], (request, dialect) => {
    const { maxOutputTokens } = dialect.needs(request)
    if (maxOutputTokens === undefined) return undefined
    const shorter = dialect.withMaxTokens(request, Math.max(1, Math.floor(maxOutputTokens * ratio)))
    // Wires have least limits of their own, so that a short one may come back longer.
    const limit = dialect.needs(shorter).maxOutputTokens ?? maxOutputTokens
    return limit < maxOutputTokens ? shorter : undefined
  })
}

/**
 * After a timeout or when the model is overloaded, asks another model of the same provider.
 *
 * @throws ConfigurationError when `model` is not the name of one
 */
export function useModel(model: string): RequestChange {
  if (typeof model !== 'string' || model === '') {
    throw new ConfigurationError(`useModel: model must be a model's name, got ${quote(model)}`)
  }
  return changeOn(['timeout', 'overloaded'], (request, dialect) =>
    dialect.modelOf(request) === model ? undefined : dialect.withModel(request, model),
  )
}

export interface DropOldestTurnsOptions {
  /**
   * Tokens of the model's window: turns go until the estimated prompt and the answer's limit fit
   * into it together, for providers count both.
   * @default undefined: one turn an attempt
   */
  readonly contextWindow?: number | undefined
}

const WINDOW: { readonly contextWindow: Rule } = {
  contextWindow: optional(
    rule('a positive number of tokens', (v) => Number.isFinite(v) && (v as number) > 0),
  ),
}

/**
 * When the context window is full, drops the oldest turns; instructions and the last turn stay.
 *
 * @throws ConfigurationError for an option that is out of range or unknown
 */
export function dropOldestTurns(options?: DropOldestTurnsOptions): RequestChange {
  const { contextWindow } = resolveOptions<DropOldestTurnsOptions>(
    'dropOldestTurns',
    options,
    {},
    WINDOW,
  )
  return changeOn(['context-window'], (request, dialect) => {
    const fits = (it: unknown): boolean => fitsInto(contextWindow, dialect.needs(it))
    const drop = (it: unknown): unknown => dialect.withoutOldestTurn(it, fits)
    let kept = drop(request)
    // A dialect of one's own may drop one turn at a time.
    while (kept !== undefined && !fits(kept)) {
      const fewer = drop(kept)
      if (fewer === undefined) break
      kept = fewer
    }
    return kept
  })
}

/**
 * Several changes as one, in order: each sees the request that the one before it made.
 *
 * @throws ConfigurationError when one of them is no function
 */
export function adaptAll(...changes: readonly RequestChange[]): RequestChange
export function adaptAll<Req, At>(
  ...changes: readonly ((request: Req, at: At) => Req | undefined)[]
): (request: Req, at: At) => Req | undefined
export function adaptAll<Req, At>(
  ...changes: readonly ((request: Req, at: At) => Req | undefined)[]
): (request: Req, at: At) => Req | undefined {
  const wrong = changes.findIndex((change) => !callable.test(change))
  if (wrong !== -1)
    throw new ConfigurationError(
      `adaptAll: change ${wrong + 1} must be a function, got ${quote(changes[wrong])}`,
    )
  return (request, at) => {
    let changed: Req | undefined
    for (const change of changes) changed = change(changed ?? request, at) ?? changed
    return changed
  }
}

/** A change for these faults only, and only of requests that the dialect knows. */
function changeOn(
  kinds: readonly FaultKind[],
  change: (request: unknown, dialect: Dialect) => unknown,
): RequestChange {
  return <Req>(request: Req, { fault, ctx }: RequestChangeAt): Req | undefined => {
    const dialect = ctx.dialect ?? auto
    if (!kinds.includes(fault.kind) || !dialect.isRequest(request)) return undefined
    return change(request, dialect) as Req | undefined
  }
}

function fitsInto(contextWindow: number | undefined, needs: RequestNeeds): boolean {
  return (
    contextWindow === undefined || needs.inputTokens + (needs.maxOutputTokens ?? 0) <= contextWindow
  )
}
