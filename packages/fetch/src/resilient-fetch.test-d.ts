import { place, timeout } from '@holdfast/core'
import type { Policy, Target } from '@holdfast/core'
import { expectTypeOf } from 'vitest'

import { anthropicMiddleware, endpoint, resilientFetch } from './index.ts'
import type { FetchRequest } from './index.ts'

const retry = place({ name: 'retry', floor: 'retry' }, (_, next) => next())
const patience = timeout({ timeoutMs: 1_000 })

// It stands wherever a fetch does.
expectTypeOf(resilientFetch([])).toExtend<typeof fetch>()
expectTypeOf(resilientFetch([retry, patience])).toExtend<typeof fetch>()

// A policy of the user's own is told what flows.
resilientFetch([
  (ctx, next) => {
    expectTypeOf(ctx.request).toEqualTypeOf<FetchRequest>()
    expectTypeOf(next()).toEqualTypeOf<Promise<Response>>()
    return next()
  },
])

// Lists that are made at run time are welcome; their order is then checked when they are built.
const listed: Policy<FetchRequest, Response>[] = [retry]
resilientFetch(listed)

// @ts-expect-error 'retry' must stand before (outside) 'timeout'
resilientFetch([patience, retry])
// @ts-expect-error the same for the middleware
anthropicMiddleware([patience, retry])
// @ts-expect-error the dialect of HTTP requests is its own
resilientFetch([], { dialect: undefined })

expectTypeOf(endpoint()).toExtend<Target<FetchRequest, Response>>()
