import {
  bare,
  failingRetry,
  failingStack,
  freshError,
  openBreaker,
  passThrough,
  realStack,
  type Ask,
} from './holdfast.ts'
import type { Case } from './measure.ts'
import {
  cockatielFailing,
  cockatielOpen,
  cockatielReal,
  effectFailing,
  effectReal,
  handLoop,
  koaPassThrough,
  pRetryFailing,
  pRetryReal,
} from './peers.ts'

const CHAINS = 16

/** Sixteen providers of their own code and chains of their own: what one chain teaches the compiler does not hold for the next. */
const sixteen = (): Case['call'] => {
  const chains = Array.from({ length: CHAINS }, (_, i) =>
    // oxlint-disable-next-line typescript/no-implied-eval -- see above
    realStack(new Function(`return async (request) => request // ${i}`)() as Ask),
  )
  return (request, n) => chains[n % CHAINS]!(request)
}

/** Everything that is timed; the first one is what all others are compared with. */
export const cases = (): readonly Case[] => [
  { case: 'bare call', contender: 'none', call: bare },
  ...(['async', 'plain'] as const).flatMap((style): Case[] => {
    const name = `pass-through ×5, ${style}`
    return [
      { case: name, contender: 'koa-compose', call: koaPassThrough(style) },
      { case: name, contender: 'holdfast', call: (request) => holdfastPass[style](request) },
    ]
  }),
  { case: 'real stack', contender: 'holdfast', call: real },
  { case: 'real stack', contender: 'cockatiel', call: cockatielReal },
  { case: 'real stack', contender: 'effect', call: effectReal },
  { case: 'real stack', contender: 'p-retry', call: pRetryReal },
  { case: 'real stack, 16 chains', contender: 'holdfast', call: sixteen() },
  { case: 'failure path', contender: 'hand loop', call: handLoop() },
  { case: 'failure path', contender: 'holdfast retry', call: retryOnly },
  { case: 'failure path', contender: 'holdfast', call: failing },
  { case: 'failure path', contender: 'p-retry', call: pRetryFailing() },
  { case: 'failure path', contender: 'effect', call: effectFailing() },
  { case: 'failure path', contender: 'cockatiel', call: cockatielFailing() },
  { case: 'failure path, fresh errors', contender: 'hand loop', call: handLoop(freshError) },
  { case: 'failure path, fresh errors', contender: 'holdfast', call: failingAfresh },
  { case: 'breaker open', contender: 'holdfast', call: open, rejects: true },
  { case: 'breaker open', contender: 'cockatiel', call: cockatielOpen(), rejects: true },
]

// A handler takes options as its second argument; the loops hand their counter there.
const one = (handler: Ask): Ask => {
  return (request) => handler(request)
}
const real = one(realStack())
const retryOnly = one(failingRetry())
const failing = one(failingStack())
const failingAfresh = one(failingStack(freshError))
const open = one(openBreaker())
const holdfastPass = { async: passThrough('async'), plain: passThrough('plain') }
