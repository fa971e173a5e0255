import { boolean, ConfigurationError, isPromiseLike, quote, resolveOptions } from '@holdfast/core'
import type { Answer, Context, Placed } from '@holdfast/core'

import { InvalidOutputError } from './errors.ts'
import type { Issue } from './errors.ts'
import { validator, WHOLE } from './validator.ts'

/** Fine: true, nothing, or no issues. Bad: false, a sentence that says what is wrong, or a list of issues. */
export type Verdict = boolean | string | readonly Issue[] | undefined | void

/** Your own judgement of an answer. What it throws reaches the caller as it is. */
export type Check<Req, Res> = (
  answer: Answer,
  ctx: Context<Req>,
  response: Res,
) => Verdict | PromiseLike<Verdict>

export interface CheckOptions {
  /**
   * Is a stream held back until it was judged? Without that it is judged at its end, by a function that must not be
   * asynchronous, and fails there.
   * @default false
   */
  readonly buffer?: boolean | undefined
}

export const CHECK_DEFAULTS = { buffer: false } as const

/**
 * Rejects an answer that your function finds wrong.
 *
 * A sentence becomes part of the error's message, so do not quote the answer in it; issues stay out of the message.
 *
 * @example check(({ text }) => text.length <= 280 || 'longer than 280 characters')
 * @throws ConfigurationError when `fn` is no function
 */
export const check = <Req, Res>(
  fn: Check<Req, Res>,
  options?: CheckOptions,
): Placed<'check', 8, Req, Res> => {
  if (typeof fn !== 'function')
    throw new ConfigurationError(`check: fn must be a function, got ${quote(fn)}`)
  const { buffer } = resolveOptions<CheckOptions>('check', options, CHECK_DEFAULTS, {
    buffer: boolean,
  })
  return validator(
    'check',
    (answer, ctx: Context<Req>, response: Res) => {
      const verdict = fn(answer, ctx, response)
      return isPromiseLike(verdict)
        ? Promise.resolve(verdict).then((later) => insist(later, answer))
        : insist(verdict, answer)
    },
    buffer === true ? WHOLE : undefined,
  )
}

/** Fine only if every check is; the first that is not says why. @example check(allOf(isShort, citesLaw)) */
export const allOf = <Req, Res>(...checks: readonly Check<Req, Res>[]): Check<Req, Res> =>
  inTurn(checks, true)

/** Fine if one of the checks is; else the last says why. */
export const anyOf = <Req, Res>(...checks: readonly Check<Req, Res>[]): Check<Req, Res> =>
  inTurn(checks, false)

/** One check after the other, as long as they are `fine` or not; a promise only if one of them is asynchronous. */
const inTurn =
  <Req, Res>(checks: readonly Check<Req, Res>[], fine: boolean): Check<Req, Res> =>
  (...answer) => {
    const from = (at: number, before: Verdict): Verdict | PromiseLike<Verdict> => {
      const fn = checks[at]
      if (fn === undefined || isFine(before) !== fine) return before
      const verdict = fn(...answer)
      return isPromiseLike(verdict)
        ? verdict.then((later) => from(at + 1, later))
        : from(at + 1, verdict)
    }
    return from(0, fine)
  }

const isFine = (verdict: Verdict): boolean =>
  verdict === true ||
  verdict === undefined ||
  verdict === null ||
  (typeof verdict === 'object' && verdict.length === 0)

const insist = (verdict: Verdict, answer: Answer): void => {
  if (isFine(verdict)) return
  const message = 'The answer failed a check'
  if (typeof verdict === 'object') throw new InvalidOutputError(message, verdict, answer)
  const says = verdict ? `${message}: ${verdict}` : message
  throw new InvalidOutputError(says, [{ message: String(verdict || message) }], answer)
}
