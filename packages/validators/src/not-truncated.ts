import {
  contextKey,
  integer,
  liveOf,
  oneOf,
  optional,
  place,
  ratio,
  ConfigurationError,
  resolveOptions,
} from '@holdfast/core'
import type { Answer, Context, ContextKey, Dialect, Next, Policy, Universal } from '@holdfast/core'

import { truncationOf } from './cut-shape.ts'
import type { Truncation } from './cut-shape.ts'
import { TruncatedAnswerError } from './errors.ts'
import type { BadAnswerError } from './errors.ts'
import { overlapOf } from './overlap.ts'
import { readAnswer } from './read-answer.ts'
import { asks } from './times.ts'
import { judged, lastly } from './validator.ts'
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

interface Settings extends NotTruncatedOptions {
  readonly on: 'continue' | 'increase' | 'accept' | 'fail'
  readonly maxRounds: number
  readonly minConfidence: number
}

/** On the context after `accept`: how the answer shows that it was cut. */
export const truncation: ContextKey<Truncation> = /* @__PURE__ */ contextKey('truncation')

/** What the model is told where the wire has no means to go on; only with `continue`. */
const GO_ON = 'Continue exactly where you stopped, without repeating anything.'

/**
 * Rejects, completes or marks an answer that is not whole: cut by the token limit, the context window or the provider.
 *
 * A stream is judged at its end and fails there: what was shown cannot be taken back. `resume()` of
 * `@holdfast/interrupt` goes on with streams.
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
  return place({ name: 'notTruncated', floor: 'validate', shape: asks(rounds) }, ((ctx, next) =>
    rounds === 0
      ? next().then((response) => judged('notTruncated', judgeBy(settings), ctx, response))
      : mend(settings, ctx, next)) as Policy<unknown, unknown>) as Universal<'notTruncated', 8>
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

async function mend<Req, Res>(
  settings: Settings,
  ctx: Context<Req>,
  next: Next<Req, Res>,
): Promise<Res> {
  const { dialect, attempt } = ctx
  const judge = judgeBy(settings) as Judge<Req, Res>
  const check = (response: Res, isLast: boolean): Res | Promise<Res> =>
    judged('notTruncated', isLast ? lastly(judge) : judge, ctx, response)
  let request = ctx.request
  let whole = await next({ request, attempt })
  for (let round = 1; ; round++) {
    const answer =
      liveOf(whole) === undefined ? readAnswer('notTruncated', dialect, whole) : undefined
    const found = answer && truncationOf(answer)
    const isCut = found !== undefined && found.confidence >= settings.minConfidence
    if (!isCut || dialect === undefined || round > settings.maxRounds || isLate(ctx))
      return check(whole, round > 1)
    if (settings.on === 'increase') {
      const maxTokens = higher(settings, dialect, request, answer as Answer)
      if (maxTokens === undefined) return check(whole, round > 1)
      ctx.emit('truncation:increased', { maxTokens, truncation: found })
      request = dialect.withMaxTokens(request, maxTokens) as Req
      whole = await next({ request, attempt })
    } else {
      // Without a word of it there is nothing to go on with, and without a way to join no use.
      if (dialect.join === undefined || (answer as Answer).text === '')
        return check(whole, round > 1)
      ctx.emit('truncation:continued', { round, truncation: found })
      const more = await next({ request: goOn(dialect, ctx.request, answer as Answer), attempt })
      whole = joined(dialect, whole, more, (answer as Answer).text)
    }
  }
}

const isLate = <Req>({ deadline, clock, scope }: Context<Req>): boolean =>
  scope.aborted || clock.now() >= deadline

/** Twice the limit, up to the most that is paid for; undefined when it is there already. */
const higher = (
  { maxTokens = 0 }: Settings,
  dialect: Dialect,
  request: unknown,
  { usage }: Answer,
): number | undefined => {
  const limit = dialect.needs(request).maxOutputTokens ?? usage.outputTokens
  return limit >= maxTokens ? undefined : Math.min(maxTokens, Math.max(1, limit) * 2)
}

const goOn = <Req>(dialect: Dialect, request: Req, partial: Answer): Req =>
  (dialect.withContinuation?.(request, partial) ??
    dialect.withMessage(
      dialect.withMessage(request, 'assistant', partial.text),
      'user',
      GO_ON,
    )) as Req

const joined = <Res>(dialect: Dialect, whole: Res, more: Res, said: string): Res => {
  const repeated = overlapOf(said, dialect.read(more).text)
  const rest = repeated > 0 ? (dialect.stream?.withoutText?.(more, repeated) ?? more) : more
  return dialect.join?.([whole, rest]) as Res
}
