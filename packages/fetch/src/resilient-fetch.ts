import type { Events, InOrder, PipelineDescription, Policy } from '@holdfast/core'

import { chainOf } from './chain.ts'
import type { ResilientFetchOptions } from './options.ts'
import { requestOf } from './request.ts'
import type { FetchRequest } from './request.ts'

/** A `fetch` with policies in it. */
export interface ResilientFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>
  readonly events: Events
  /** The names of the policies, outermost first. */
  readonly policies: readonly string[]
  /** What the chain can cost at worst, before any call, and what in it is doubtful. */
  describe(): PipelineDescription
}

/**
 * Makes a `fetch` for any SDK that takes one: every request goes through the policies, streams too.
 *
 * Until an answer has begun to say something, its failures are retried or failed over unseen. After that they become an
 * error of the body, which SDKs raise, where a cut would pass for the end. Set the SDK's own retries to 0.
 *
 * @example
 * const fetch = resilientFetch([retry(), circuitBreaker(), timeout({ timeoutMs: 60_000 })])
 * const openai = new OpenAI({ fetch, maxRetries: 0 })
 * @throws ConfigurationError for a policy on the wrong floor, or a bad option
 */
export function resilientFetch<const P extends readonly unknown[]>(
  policies: readonly Policy<FetchRequest, Response>[] & P & InOrder<P>,
  options?: ResilientFetchOptions,
): ResilientFetch {
  const { handler, run } = chainOf(policies, options)
  return Object.assign(
    async (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
      run(
        await requestOf(input, init),
        // `null` takes the signal of a `Request` away.
        init?.signal === undefined ? (input as Partial<Request>).signal : init.signal,
      ),
    { events: handler.events, policies: handler.policies, describe: () => handler.describe() },
  )
}
