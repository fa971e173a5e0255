import type { Events, InOrder, Policy } from '@holdfast/core'

import { chainOf } from './chain.ts'
import type { ResilientFetchOptions } from './options.ts'
import { requestOf } from './request.ts'
import type { FetchRequest } from './request.ts'

/** What Anthropic's client hands to a middleware; its own type fits. */
export interface MiddlewareRequest extends RequestInit {
  url: string
  headers: Headers
}

/** A middleware of Anthropic's client. */
export interface AnthropicMiddleware {
  <Req extends MiddlewareRequest>(
    request: Req,
    next: (request: Req) => Promise<Response>,
  ): Promise<Response>
  readonly events: Events
}

/**
 * Policies for Anthropic's own `middleware` option, which sees the wire of Anthropic on Bedrock, Vertex and Foundry too: what
 * these do to a request is done anew at each attempt.
 *
 * @example
 * const anthropic = new Anthropic({ middleware: [anthropicMiddleware([retry()])], maxRetries: 0 })
 * @throws ConfigurationError for a policy on the wrong floor, or a bad option
 */
export function anthropicMiddleware<const P extends readonly unknown[]>(
  policies: readonly Policy<FetchRequest, Response>[] & P & InOrder<P>,
  options?: Omit<ResilientFetchOptions, 'fetch'>,
): AnthropicMiddleware {
  const { handler, run } = chainOf(policies, options)
  return Object.assign(
    async <Req extends MiddlewareRequest>(
      { url, ...init }: Req,
      next: (request: Req) => Promise<Response>,
    ): Promise<Response> => {
      const send = (to: string, { headers, ...how }: RequestInit): Promise<Response> =>
        next({ ...how, url: to, headers: new Headers(headers) } as Req)
      return run(await requestOf(url, init as RequestInit, send), init.signal)
    },
    { events: handler.events },
  )
}
