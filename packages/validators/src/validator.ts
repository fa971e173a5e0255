import { ConfigurationError, liveOf, place, rejectAnswer } from '@holdfast/core'
import type { Answer, AnswerStream, Context, Level, Placed, Seen, Universal } from '@holdfast/core'

import { spent } from './errors.ts'
import { readAnswer } from './read-answer.ts'

/** Throws, or rejects, when the answer is no good. */
export type Judge<Req, Res> = (
  answer: Answer,
  ctx: Context<Req>,
  response: Res,
) => void | Promise<void>

/** How long a stream is held back, so that a bad one is still an error before its first word; else its end is judged alone. */
export interface Hold {
  readonly enough: (seen: Readonly<Seen>) => boolean
  /** What is wrong with what was held back. */
  readonly judge?: (seen: Readonly<Seen>) => Error | undefined
}

/** Holds a stream back to its end: nothing is handed out before the whole answer was judged. */
export const WHOLE: Hold = { enough: () => false }

/** A policy of floor `validate`: the one place where a bad answer becomes an error, so that no other looks at answers. */
export function validator<const N extends string>(
  name: N,
  judge: Judge<unknown, unknown>,
  hold?: Hold,
): Universal<N, Level<'validate'>>
export function validator<const N extends string, Req, Res>(
  name: N,
  judge: Judge<Req, Res>,
  hold?: Hold,
): Placed<N, Level<'validate'>, Req, Res>
export function validator<const N extends string, Req, Res>(
  name: N,
  judge: Judge<Req, Res>,
  hold?: Hold,
): Placed<N, Level<'validate'>, Req, Res> {
  return place<N, 'validate', Req, Res>({ name, floor: 'validate', direct: true }, (ctx, next) =>
    next(ctx).then((response) => judged(name, judge, ctx, response, hold)),
  )
}

/** The judge of the last round that a policy allows itself: what it throws is not retried on the same target. */
export const lastly =
  <Req, Res>(judge: Judge<Req, Res>): Judge<Req, Res> =>
  (...answer) => {
    const fail = (error: unknown): never => {
      throw spent(error)
    }
    try {
      return judge(...answer)?.catch(fail)
    } catch (error) {
      return fail(error)
    }
  }

/** The response, if it is good; else the error, and the report shows the attempt as failed. */
export const judged = <Req, Res>(
  name: string,
  judge: Judge<Req, Res>,
  ctx: Context<Req>,
  response: Res,
  hold?: Hold,
): Res | Promise<Res> => {
  const live = liveOf(response)
  if (live !== undefined) return judgedStream(name, judge, ctx, response, live, hold)
  try {
    const verdict = judge(readAnswer(name, ctx.dialect, response), ctx, response)
    return verdict === undefined ? response : verdict.then(() => response, rejecting(ctx))
  } catch (error) {
    return rejecting(ctx)(error)
  }
}

const judgedStream = async <Req, Res>(
  name: string,
  judge: Judge<Req, Res>,
  ctx: Context<Req>,
  response: Res,
  live: AnswerStream,
  hold: Hold | undefined,
): Promise<Res> => {
  const pending: Promise<void>[] = []
  // At its end, wherever it is then: what this throws the stream fails with, and its attempt too.
  const end = (seen: Readonly<Seen>): void => {
    const verdict = judge(seen, ctx, response)
    if (verdict === undefined) return
    pending.push(verdict)
    if (hold === WHOLE) return
    verdict.catch(() => {})
    throw new ConfigurationError(
      `${name}: a stream cannot wait for a promise: give it buffer: true`,
    )
  }
  live.tap({ end })
  if (hold !== undefined) await live.peek(hold.enough)
  const error = live.seen.ended ? undefined : hold?.judge?.(live.seen)
  if (error !== undefined) {
    await live.cancel(error)
    throw error
  }
  return pending.length === 0 ? response : Promise.all(pending).then(() => response, rejecting(ctx))
}

/** The attempt answered, and failed all the same: the report is to say so. */
const rejecting =
  <Req>(ctx: Context<Req>) =>
  (error: unknown): never => {
    rejectAnswer(ctx.call, ctx.classify(error))
    throw error
  }
