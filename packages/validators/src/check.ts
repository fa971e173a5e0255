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
      ? verdict.then((later) => insist(later, answer, ctx.provider))
      : insist(verdict, answer, ctx.provider)
  })
}

const insist = (verdict: Verdict, answer: Answer, provider: string): void => {
  if (verdict === true || verdict === undefined || verdict === null) return
  const issues = issuesOf(verdict)
  if (issues.length === 0) return
  const says = typeof verdict === 'string' && verdict !== '' ? `: ${verdict}` : ''
  throw new InvalidOutputError(`The answer failed a check${says}`, issues, answer, provider)
}

const issuesOf = (verdict: Verdict): readonly Issue[] => {
  if (Array.isArray(verdict)) return verdict as readonly Issue[]
  return [{ message: typeof verdict === 'string' && verdict !== '' ? verdict : 'failed a check' }]
}
