import { callable, either, oneOf, resolveOptions, rule } from '@holdfast/core'
import type { PipelineOptions } from '@holdfast/core'

import type { FetchRequest, Send } from './request.ts'
import type { Protocol } from './wire.ts'

/** What `resilientFetch` can be told, beside what every pipeline can. */
export interface ResilientFetchOptions extends Omit<
  PipelineOptions<FetchRequest>,
  'dialect' | 'model' | 'providerRetries'
> {
  /** The wire that is spoken: `auto` reads it from URL and body; else a dialect of `@holdfast/providers`. @default 'auto' */
  readonly protocol?: Protocol | undefined
  /**
   * Must a stream end with the wire's own mark? `optional` for a gateway that never sends one: a cut then passes for an end.
   * @default 'required'
   */
  readonly terminator?: 'required' | 'optional' | undefined
  /** What sends the requests. @default the global `fetch`, looked up at each request */
  readonly fetch?: typeof fetch | undefined
}

export interface Settings {
  readonly protocol: Protocol
  readonly terminator: 'required' | 'optional'
  readonly fetch: Send
}

/** What is taken when nothing else is said. */
export const RESILIENT_FETCH_DEFAULTS = {
  name: 'fetch',
  protocol: 'auto',
  terminator: 'required',
} as const

const RULES = {
  protocol: either(
    oneOf('auto'),
    rule('a dialect of @holdfast/providers', (v) =>
      callable.test((v as { isRequest?: unknown } | null | undefined)?.isRequest),
    ),
  ),
  terminator: oneOf('required', 'optional'),
  fetch: callable,
}

/** Our own options, checked; those of the pipeline are checked by it. */
export function settingsOf({ protocol, terminator, fetch: send }: ResilientFetchOptions): Settings {
  return resolveOptions<Settings>(
    'resilientFetch',
    { protocol, terminator, fetch: send },
    {
      protocol: RESILIENT_FETCH_DEFAULTS.protocol,
      terminator: RESILIENT_FETCH_DEFAULTS.terminator,
      // By name, so that whoever instruments or replaces the global later is heard.
      fetch: (url, init) => fetch(url, init),
    },
    RULES,
  )
}
