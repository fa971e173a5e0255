import { pipeline, type Handler } from '@holdfast/core'
import { expectTypeOf } from 'vitest'

import {
  circuitBreaker,
  circuitsOf,
  CircuitOpenError,
  CONSECUTIVE_FAILURES,
  type CircuitBreaker,
} from './index.ts'

interface Ask {
  readonly model: string
}
const provider = async (request: Ask): Promise<{ text: string }> => ({ text: request.model })

// It changes nothing of what flows, and works on any.
const breaker = circuitBreaker(CONSECUTIVE_FAILURES)
expectTypeOf(breaker).toEqualTypeOf<CircuitBreaker>()
expectTypeOf(pipeline(provider, [breaker])).toEqualTypeOf<Handler<Ask, { text: string }>>()
expectTypeOf(pipeline(async (n: number) => n, [breaker])).toEqualTypeOf<Handler<number, number>>()

// A key is read from the context, whose request may be anything.
circuitBreaker({ key: (ctx) => `${ctx.provider}/${ctx.model}/${ctx.target.key}` })
// @ts-expect-error a key is a text
circuitBreaker({ key: () => 1 })
// @ts-expect-error no such fault
circuitBreaker({ on: ['rate-limit'] })
// @ts-expect-error no such option
circuitBreaker({ threshold: 5 })

expectTypeOf(circuitsOf(breaker).state('a')).toEqualTypeOf<
  'closed' | 'open' | 'half-open' | 'isolated'
>()

// Events are known where the package is imported.
pipeline(provider, [breaker]).events.on('circuit:opened', (event) => {
  expectTypeOf(event.openMs).toEqualTypeOf<number>()
})

const error: unknown = undefined
if (CircuitOpenError.is(error))
  expectTypeOf(error.fault.retryAfterMs).toEqualTypeOf<number | undefined>()
