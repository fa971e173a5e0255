import type { Clock } from './clock.ts'
import type { Dialect } from './dialect.ts'
import type { Events } from './events.ts'
import type { Classifier } from './fault.ts'
import type { Health } from './health.ts'
import { callable, either, integer, optional, resolveOptions, rule, text } from './options.ts'
import type { RetryBudget } from './retry-budget.ts'

export interface PipelineOptions<Req> {
  /** The route: few values, safe as a metric label. @default the provider function's name */
  readonly name?: string
  /** Who answers, for labels, health and breakers. @default the pipeline's name */
  readonly provider?: string
  /** Fixed, or read from the request. @default what the dialect, or a `model` field of the request, says */
  readonly model?: string | ((request: Req) => string | undefined)
  /** How to read and rewrite answers; `auto` of `@holdfast/providers` recognises them by shape. */
  readonly dialect?: Dialect
  /** Your own reading of an error, asked first. */
  readonly classify?: Classifier
  /** Shared knowledge of targets. @default one of this pipeline */
  readonly health?: Health
  /** Shared bound on retrying. @default one of this pipeline */
  readonly retryBudget?: RetryBudget
  readonly events?: Events
  readonly clock?: Clock
  /** 0 inclusive to 1 exclusive. */
  readonly random?: () => number
  /** How often the provider function retries by itself (the `maxRetries` of an SDK client); silences a warning of `describe()`. */
  readonly providerRetries?: number
}

const hasMethods =
  (...names: readonly string[]): ((value: unknown) => boolean) =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')

const RULES = {
  name: optional(text),
  provider: optional(text),
  model: optional(either(text, callable)),
  dialect: optional(
    rule('a dialect, such as auto of @holdfast/providers', hasMethods('read', 'isResponse')),
  ),
  classify: optional(callable),
  health: optional(rule('a health() value', hasMethods('of', 'isReady'))),
  retryBudget: optional(rule('a retryBudget() value', hasMethods('withdraw', 'deposit'))),
  events: optional(rule('an Events value', hasMethods('publish', 'on'))),
  clock: optional(rule('a clock with now, wall and after', hasMethods('now', 'wall', 'after'))),
  random: optional(callable),
  providerRetries: optional(integer(0)),
}

/** Checked, and independent of the given object. */
export const resolvePipelineOptions = <Req>(
  given: PipelineOptions<Req> | undefined,
): PipelineOptions<Req> => resolveOptions<PipelineOptions<Req>>('pipeline', given, {}, RULES)
