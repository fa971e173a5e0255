import { faultOf, liveOf, rejectAnswer } from '@holdfast/core'
import type { Answer, Context, Dialect, Next } from '@holdfast/core'

import { truncationOf } from './cut-shape.ts'
import type { Settings } from './not-truncated.ts'
import { overlapOf } from './overlap.ts'
import { readAnswer } from './read-answer.ts'
import { judged, lastly } from './validator.ts'
import type { Judge } from './validator.ts'

/** What the model is told where the wire has no means to go on; only with `continue`. */
const GO_ON = 'Continue exactly where you stopped, without repeating anything.'

/** Goes on with a cut answer, or asks for it with more tokens, until it is whole or the rounds are used up. */
export async function mend<Req, Res>(
  settings: Settings,
  judge: Judge<Req, Res>,
  ctx: Context<Req>,
  next: Next<Req, Res>,
): Promise<Res> {
  const { dialect, attempt } = ctx
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
      // It was paid for, and is no part of the answer: the report is to say so.
      rejectAnswer(ctx.call, faultOf('truncated', `The answer was cut (${found.by})`))
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
  if (limit >= maxTokens) return undefined
  // Neither the request nor the wire says what the limit was.
  return limit > 0 ? Math.min(maxTokens, limit * 2) : maxTokens
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
