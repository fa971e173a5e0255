import { abortScope, pipeline } from '@holdfast/core'
import type { Context, Handler, InOrder, Policy } from '@holdfast/core'

import { unread } from './answered.ts'
import type { EndpointTarget } from './endpoint.ts'
import type { StackedRetries } from './events.ts'
import { fetchDialect } from './fetch-dialect.ts'
import { RESILIENT_FETCH_DEFAULTS, settingsOf } from './options.ts'
import type { ResilientFetchOptions } from './options.ts'
import { receive } from './receive.ts'
import { keep, retriesOf } from './report.ts'
import { sendOf } from './request.ts'
import type { FetchRequest } from './request.ts'
import { hostOf, surrender } from './surrender.ts'
import { asksForStream, jsonOf, wireOf } from './wire.ts'

/** A pipeline of HTTP requests. */
export interface Chain {
  readonly handler: Handler<FetchRequest, Response>
  /** One call, ended in the way that its host understands. */
  readonly run: (request: FetchRequest, signal: AbortSignal | null | undefined) => Promise<Response>
}

export function chainOf<const P extends readonly unknown[]>(
  policies: readonly Policy<FetchRequest, Response>[] & P & InOrder<P>,
  options: ResilientFetchOptions = {},
): Chain {
  const { protocol, terminator, fetch: send } = settingsOf(options)
  const { protocol: _p, terminator: _t, fetch: _f, ...given } = options
  let told = false

  async function provider(request: FetchRequest, ctx: Context<FetchRequest>): Promise<Response> {
    const stacked: StackedRetries = { retries: retriesOf(request) }
    if (stacked.retries > 0 && !told) {
      told = true
      ctx.emit('fetch:stacked-retries', stacked)
    }
    const dialect = wireOf(request, protocol)
    const streaming = asksForStream(request.url) || isStreaming(jsonOf(request))
    // A scope of its own: when the caller reads no further, upstream is told.
    const scope = abortScope(ctx)
    try {
      const response = await sendOf(request, send, scope.signal)
      const { terminator: own = terminator } = ctx.target as EndpointTarget
      return await receive(response, { ctx, scope, dialect, streaming, terminator: own })
    } catch (error) {
      scope.release()
      throw error
    }
  }

  const handler = pipeline<FetchRequest, Response, P>(provider, policies, {
    ...given,
    name: given.name ?? RESILIENT_FETCH_DEFAULTS.name,
    dialect: fetchDialect(protocol),
    providerRetries: 0,
  })

  async function run(
    request: FetchRequest,
    signal: AbortSignal | null | undefined,
  ): Promise<Response> {
    try {
      const called = await handler.withReport(request, signal ? { signal } : {})
      const response = unread(called.response)
      keep(response, called.report, retriesOf(request))
      return response
    } catch (error) {
      // The caller's own reason, which every host knows.
      if (signal?.aborted) throw error
      return surrender(error, hostOf(request.headers))
    }
  }
  return { handler, run }
}

const isStreaming = (body: unknown): boolean =>
  (body as { stream?: unknown } | null | undefined)?.stream === true
