import { ConfigurationError, quote } from '@holdfast/core'
import type { Answer, Context, Placed } from '@holdfast/core'

import { InvalidOutputError } from './errors.ts'
import type { Issue } from './errors.ts'
import { validator } from './validator.ts'

/** Fine: true, nothing, or no issues. Bad: false, a sentence that says what is wrong, or a list of issues. */
export type Verdict = boolean | string | readonly Issue[] | undefined | void

/** Your own judgement of an answer. What it throws reaches the caller as it is. */
export type Check<Req, Res> = (
  answer: Answer,
  ctx: Context<Req>,
  response: Res,
) => Verdict | Promise<Verdict>

/**
 * Rejects an answer that your function finds wrong.
 *
 * A sentence becomes part of the error's message, so do not quote the answer in it; issues stay out of the message.
 *
 * @example check(({ text }) => text.length <= 280 || 'longer than 280 characters')
 * @throws ConfigurationError when `fn` is no function
 */
export const check = <Req, Res>(fn: Check<Req, Res>): Placed<'check', 8, Req, Res> => {
  if (typeof fn !== 'function')
    throw new ConfigurationError(`check: fn must be a function, got ${quote(fn)}`)
  return validator('check', (answer, ctx: Context<Req>, response: Res) => {
    const verdict = fn(answer, ctx, response)
    return verdict instanceof Promise
      ? verdict.then((later) => insist(later, answer))
      : insist(verdict, answer)
  })
}

const insist = (verdict: Verdict, answer: Answer): void => {
  if (verdict === true || verdict === undefined || verdict === null) return
  const message = 'The answer failed a check'
  if (typeof verdict !== 'object') {
    const says = verdict ? `${message}: ${verdict}` : message
    throw new InvalidOutputError(says, [{ message: verdict || message }], answer)
  }
  if (verdict.length > 0) throw new InvalidOutputError(message, verdict, answer)
}
