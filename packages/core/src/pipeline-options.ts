import type { Clock } from './clock.ts'
import type { Dialect } from './dialect.ts'
import type { Events } from './events.ts'
import type { Classifier } from './fault.ts'
import type { Health } from './health.ts'
import {
  callable,
  either,
  having,
  integer,
  optional,
  resolveOptions,
  text,
  type Rules,
} from './options.ts'
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

// A function, because bundlers keep what is called at the top of a file, used or not.
const rules = (): Rules<keyof PipelineOptions<unknown>> => ({
  name: optional(text),
  provider: optional(text),
  model: optional(either(text, callable)),
  dialect: optional(having('a dialect, such as auto of @holdfast/providers', 'read', 'isResponse')),
  classify: optional(callable),
  health: optional(having('a health() value', 'of', 'isReady')),
  retryBudget: optional(having('a retryBudget() value', 'withdraw', 'deposit')),
  events: optional(having('an Events value', 'publish', 'on')),
  clock: optional(having('a clock with now, wall and after', 'now', 'wall', 'after')),
  random: optional(callable),
  providerRetries: optional(integer(0)),
})

/** Checked, and independent of the given object. */
export const resolvePipelineOptions = <Req>(
  given: PipelineOptions<Req> | undefined,
): PipelineOptions<Req> => resolveOptions<PipelineOptions<Req>>('pipeline', given, {}, rules())
