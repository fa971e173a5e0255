import { faultOf, liveOf, rejectAnswer } from '@holdfast/core'
import type { Answer, Context, Dialect, Next } from '@holdfast/core'

import { truncationOf } from './cut-shape.ts'
import type { Truncation } from './cut-shape.ts'
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
  const further = settings.on === 'increase' ? withMore : goOn
  let request = ctx.request
  let whole = await next({ request, attempt })
  for (let round = 1; ; round++) {
    // What of a stream was shown cannot be asked for again here.
    const answer =
      liveOf(whole) === undefined ? readAnswer('notTruncated', dialect, whole) : undefined
    const found = answer && truncationOf(answer)
    const isCut = found !== undefined && found.confidence >= settings.minConfidence
    const again =
      isCut && dialect !== undefined && round <= settings.maxRounds && !isLate(ctx)
        ? further({ settings, dialect, ctx, request, answer: answer as Answer, found, round })
        : undefined
    if (again === undefined)
      return judged('notTruncated', round > 1 ? lastly(judge) : judge, ctx, whole)
    const more = await next({ request: again, attempt })
    if (settings.on === 'increase') [request, whole] = [again, more]
    else whole = joined(dialect as Dialect, whole, more, (answer as Answer).text)
  }
}

const isLate = <Req>({ deadline, clock, scope }: Context<Req>): boolean =>
  scope.aborted || clock.now() >= deadline

/** A cut answer, and what it was asked with. */
interface Cut<Req> {
  readonly settings: Settings
  readonly dialect: Dialect
  readonly ctx: Context<Req>
  readonly request: Req
  readonly answer: Answer
  readonly found: Truncation
  readonly round: number
}

/** The request with twice the limit, up to the most that is paid for; undefined when it is there already. */
const withMore = <Req>({ settings, dialect, ctx, request, answer, found }: Cut<Req>) => {
  const { maxTokens: most = 0 } = settings
  const limit = dialect.needs(request).maxOutputTokens ?? answer.usage.outputTokens
  if (limit >= most) return undefined
  // Where neither the request nor the wire says what the limit was, the most at once.
  const maxTokens = limit > 0 ? Math.min(most, limit * 2) : most
  ctx.emit('truncation:increased', { maxTokens, truncation: found })
  // It was paid for, and is no part of the answer: the report is to say so.
  rejectAnswer(ctx.call, faultOf('truncated', `The answer was cut (${found.by})`))
  return dialect.withMaxTokens(request, maxTokens) as Req
}

/** The request that goes on; undefined without a word to go on with, with half a tool call, or no way to join the parts. */
const goOn = <Req>({ dialect, ctx, answer, found, round }: Cut<Req>) => {
  if (dialect.join === undefined || answer.text === '' || answer.tools.length > 0) return undefined
  ctx.emit('truncation:continued', { round, truncation: found })
  return (dialect.withContinuation?.(ctx.request, answer) ??
    dialect.withMessage(
      dialect.withMessage(ctx.request, 'assistant', answer.text),
      'user',
      GO_ON,
    )) as Req
}

const joined = <Res>(dialect: Dialect, whole: Res, more: Res, said: string): Res => {
  const repeated = overlapOf(said, dialect.read(more).text)
  const rest = repeated > 0 ? (dialect.stream?.withoutText?.(more, repeated) ?? more) : more
  return dialect.join?.([whole, rest]) as Res
}
