import { pipeline, type Handler } from '@holdfast/core'
import { expectTypeOf } from 'vitest'

import { degrade } from './degrade.ts'
import { fallback } from './fallback.ts'

interface Ask {
  readonly prompt: string
}
interface Answer {
  readonly text: string
}
declare const ask: (request: Ask) => Promise<Answer>
declare const other: Handler<Ask, Answer>

const chat = pipeline(ask, [
  degrade((ctx, fault) => ({ text: `${ctx.request.prompt}: ${fault.kind}` })),
  fallback([
    { id: 'claude', provider: 'anthropic', request: (request) => ({ prompt: request.prompt }) },
    { id: 'mistral', provider: 'mistral', call: (request) => ask(request) },
    other,
    ask,
  ]),
])
expectTypeOf(chat).toEqualTypeOf<Handler<Ask, Answer>>()

// Targets without a call say nothing about types and fit any pipeline.
expectTypeOf(
  pipeline(ask, [fallback([{ id: 'mini', provider: 'openai' }], { order: 'cost' })]),
).toEqualTypeOf<Handler<Ask, Answer>>()

// @ts-expect-error -- another answer than the pipeline's
pipeline(ask, [fallback([async (request: Ask) => request.prompt.length])])
// @ts-expect-error -- a stand-in must be of the pipeline's type
pipeline(ask, [degrade(() => 5)])
// @ts-expect-error -- degrade stands outside fallback
pipeline(ask, [fallback([ask]), degrade(() => ({ text: '' }))])
