import { place, rejectAnswer, settled } from '@holdfast/core'
import type { Answer, Context, Level, Placed, Universal } from '@holdfast/core'

import { readAnswer } from './read-answer.ts'

/** Throws, or rejects, when the answer is no good. */
type Judge<Req, Res> = (answer: Answer, ctx: Context<Req>, response: Res) => void | Promise<void>

/** A policy of floor `validate`: the one place where a bad answer becomes an error, so that no other looks at answers. */
export function validator<const N extends string>(
  name: N,
  judge: Judge<unknown, unknown>,
): Universal<N, Level<'validate'>>
export function validator<const N extends string, Req, Res>(
  name: N,
  judge: Judge<Req, Res>,
): Placed<N, Level<'validate'>, Req, Res>
export function validator<const N extends string, Req, Res>(
  name: N,
  judge: Judge<Req, Res>,
): Placed<N, Level<'validate'>, Req, Res> {
  return place<N, 'validate', Req, Res>({ name, floor: 'validate' }, (ctx, next) =>
    next().then((response) => judged(name, judge, ctx, response)),
  )
}

const judged = <Req, Res>(
  name: string,
  judge: Judge<Req, Res>,
  ctx: Context<Req>,
  response: Res,
): Res | Promise<Res> => {
  // A stream has only begun: there is no answer yet to judge.
  if (settled(response) !== undefined) return response
  const answer = readAnswer(name, ctx.dialect, response)
  try {
    const verdict = judge(answer, ctx, response)
    return verdict === undefined ? response : verdict.then(() => response, rejecting(ctx))
  } catch (error) {
    return rejecting(ctx)(error)
  }
}

/** The attempt answered, and failed all the same: the report is to say so. */
const rejecting =
  <Req>(ctx: Context<Req>) =>
  (error: unknown): never => {
    rejectAnswer(ctx.call, ctx.classify(error))
    throw error
  }
