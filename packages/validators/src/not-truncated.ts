import {
  contextKey,
  integer,
  oneOf,
  optional,
  place,
  ratio,
  ConfigurationError,
  resolveOptions,
} from '@holdfast/core'
import type { Answer, ContextKey, Policy, Universal } from '@holdfast/core'

import { truncationOf } from './cut-shape.ts'
import type { Truncation } from './cut-shape.ts'
import { TruncatedAnswerError } from './errors.ts'
import type { BadAnswerError } from './errors.ts'
import { mend } from './mend.ts'
import { asks } from './times.ts'
import { judged } from './validator.ts'
import type { Judge } from './validator.ts'
import { cut, filtered } from './verdict.ts'

export interface NotTruncatedOptions {
  /**
   * What is done about a cut answer: `continue` it and join the parts, ask anew with more tokens (`increase`), `accept`
   * it marked as cut, or `fail`.
   * @default 'fail'
   */
  readonly on?: 'continue' | 'increase' | 'accept' | 'fail' | undefined
  /** How often it is continued or increased. @default 3 */
  readonly maxRounds?: number | undefined
  /** The most tokens that `increase` asks for; it doubles the limit until then. Needed for `increase`: it is your money. */
  readonly maxTokens?: number | undefined
  /**
   * 0..1: how sure the shape of a text must be to overrule a finish reason that says all is well. An open fence is 0.85,
   * an open bracket 0.9, a sentence that stops at a small word 0.5; 1 trusts the finish reason alone.
   * @default 0.8
   */
  readonly minConfidence?: number | undefined
}

export const NOT_TRUNCATED_DEFAULTS = { on: 'fail', maxRounds: 3, minConfidence: 0.8 } as const

export interface Settings extends NotTruncatedOptions {
  readonly on: 'continue' | 'increase' | 'accept' | 'fail'
  readonly maxRounds: number
  readonly minConfidence: number
}

/** On the context after `accept`: how the answer shows that it was cut. */
export const truncation: ContextKey<Truncation> = /* @__PURE__ */ contextKey('truncation')

/**
 * Rejects, completes or marks an answer that is not whole: cut by the token limit, the context window or the provider.
 *
 * A stream is judged at its end and fails there, whatever `on` says but `accept`: what was shown cannot be taken back.
 * `resume({ on: [...RESUME_DEFAULTS.on, 'truncated'] })` of `@holdfast/interrupt`, outside, then goes on with it.
 *
 * @throws ConfigurationError for an option out of range, or `increase` without `maxTokens`
 */
export const notTruncated = (options?: NotTruncatedOptions): Universal<'notTruncated', 8> => {
  const settings = resolveOptions<NotTruncatedOptions>(
    'notTruncated',
    options,
    NOT_TRUNCATED_DEFAULTS,
    {
      on: oneOf('continue', 'increase', 'accept', 'fail'),
      maxRounds: integer(1),
      maxTokens: optional(integer(1)),
      minConfidence: ratio,
    },
  ) as Settings
  const { on, maxRounds, maxTokens } = settings
  if (on === 'increase' && maxTokens === undefined)
    throw new ConfigurationError(
      'notTruncated: increase needs maxTokens, the most that you pay for',
    )
  const rounds = on === 'continue' || on === 'increase' ? maxRounds : 0
  const judge = judgeBy(settings)
  return place({ name: 'notTruncated', floor: 'validate', shape: asks(rounds) }, ((ctx, next) =>
    rounds === 0
      ? next().then((response) => judged('notTruncated', judge, ctx, response))
      : mend(settings, judge, ctx, next)) as Policy<unknown, unknown>) as Universal<
    'notTruncated',
    8
  >
}

const judgeBy =
  ({ on, minConfidence }: Settings): Judge<unknown, unknown> =>
  (answer, ctx) => {
    const error = filtered(answer) ?? cut(answer)
    const found = truncationOf(answer)
    if (error === undefined && (found === undefined || found.confidence < minConfidence)) return
    if (on !== 'accept' || found === undefined || !isHalf(error))
      throw error ?? cutBy(found, answer)
    ctx.set(truncation, found)
    ctx.emit('truncation:accepted', { truncation: found })
  }

/** Is there half an answer, to go on with or to take as it is? */
const isHalf = (error: BadAnswerError | undefined): boolean =>
  error === undefined || error.fault.kind === 'truncated'

const cutBy = (found: Truncation | undefined, answer: Answer): BadAnswerError =>
  new TruncatedAnswerError('truncated', answer, found?.by)
