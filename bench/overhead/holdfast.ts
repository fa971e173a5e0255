/** The pipelines under measurement. The answer is there at once, so that what is seen is the cost of the policies. */
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { pipeline, timeout, type Handler, type Policy } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { retry } from '@holdfast/retry'
import { notEmpty } from '@holdfast/validators'

export type Ask = (request: string) => Promise<string>

export const bare: Ask = async (request) => request
const other: Ask = async (request) => request

/** One error for all failures: capturing a stack costs more than most of what is measured here. */
export const down: Error = Object.assign(new Error('down'), { status: 503 })
const sameError = (): Error => down
/** As a provider fails: each time with an error of its own. */
export const freshError = (): Error => Object.assign(new Error('down'), { status: 503 })

/** Rejects twice, then answers; one call at a time. */
export const twiceDown = (fail: () => Error = sameError): Ask => {
  let calls = 0
  return async (request) => {
    if (++calls % 3 !== 0) throw fail()
    return request
  }
}

/** What a route of some care has: another target, a second try, a look at the answer, a breaker and a limit. */
export const realStack = (provider: Ask = bare): Handler<string, string> =>
  pipeline(
    provider,
    [
      fallback([{ id: 'other', provider: 'other', call: other }]),
      retry(),
      notEmpty(),
      circuitBreaker(),
      timeout({ timeoutMs: 15_000 }),
    ],
    { provider: 'main' },
  )

const again = retry({ baseDelayMs: 0, budget: false })

/** The same where the second try stays on the target: there is no other, or failover would come before it. */
export const failingStack = (fail?: () => Error): Handler<string, string> =>
  pipeline(twiceDown(fail), [
    fallback([{ id: 'main', provider: 'main' }]),
    again,
    notEmpty(),
    circuitBreaker({ failureRatio: 1 }),
    timeout({ timeoutMs: 15_000 }),
  ])

export const failingRetry = (): Handler<string, string> => pipeline(twiceDown(), [again])

/** Open from its first call on. */
export const openBreaker = (): Handler<string, string> =>
  pipeline(
    () => Promise.reject(down),
    [circuitBreaker({ consecutiveFailures: 1, openMs: 1e9, maxOpenMs: 1e9 })],
  )

const asyncNoop = (): Policy<string, string> => async (_ctx, next) => next()
const plainNoop = (): Policy<string, string> => (_ctx, next) => next()

export const passThrough = (style: 'async' | 'plain'): Handler<string, string> => {
  const noop = style === 'async' ? asyncNoop : plainNoop
  return pipeline(bare, [noop(), noop(), noop(), noop(), noop()])
}
