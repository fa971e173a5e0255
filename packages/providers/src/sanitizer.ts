import { oneOf, optional, resolveOptions, text } from '@holdfast/core'
import type { Attempt, Fault } from '@holdfast/core'

import { sanitize } from './sanitize.ts'
import { asText, fields } from './shape.ts'

export interface SanitizerOptions {
  /** The provider that wrote the history. @default unknown: whatever is signed counts as another's */
  readonly from?: string | undefined
  /** The provider that is to read it. @default that of the target */
  readonly to?: string | undefined
  /**
   * `preemptive` sanitizes every request; `reactive` only after a provider has rejected a history in this call,
   * which keeps what it can read.
   * @default 'preemptive'
   */
  readonly mode?: 'preemptive' | 'reactive' | undefined
}

export const SANITIZER_DEFAULTS = { mode: 'preemptive' } as const

/** What a sanitizer reads of a context. */
export interface SanitizerContext {
  readonly provider: string
  readonly call: { readonly attempts: readonly Pick<Attempt, 'fault'>[] }
}
export interface SanitizerAt {
  readonly fault: Fault
  readonly error?: unknown
  readonly ctx: SanitizerContext
}

/** Fits as a target's `request` hook, and as retry's `adapt`: there undefined says that there is nothing to mend. */
export type Sanitizer = <Req>(request: Req, at: SanitizerContext | SanitizerAt) => Req

/**
 * Makes histories readable for the provider that they are sent to: see {@link sanitize}.
 *
 * @example
 * fallback([{ id: 'claude', provider: 'anthropic', call: callClaude, request: sanitizer({ from: 'openrouter' }) }])
 * retry({ on: [...RETRY_DEFAULTS.on, 'invalid-request'], adapt: sanitizer({ mode: 'reactive' }) })
 * @throws ConfigurationError for an option out of range
 */
export function sanitizer(options?: SanitizerOptions): Sanitizer {
  const { from, to, mode } = resolveOptions<SanitizerOptions>(
    'sanitizer',
    options,
    SANITIZER_DEFAULTS,
    {
      from: optional(text),
      to: optional(text),
      mode: oneOf('preemptive', 'reactive'),
    },
  )
  return <Req>(request: Req, at: SanitizerContext | SanitizerAt): Req => {
    const isRetry = 'ctx' in at
    const ctx = isRetry ? at.ctx : at
    const isRejected = isRetry
      ? rejectsHistory(at.fault, at.error)
      : ctx.call.attempts.some(({ fault }) => fault && rejectsHistory(fault))
    if (!isRejected && (isRetry || mode === 'reactive'))
      return (isRetry ? undefined : request) as Req
    // Whoever rejects what it is said to have written did not write it.
    const names = { from: isRejected ? undefined : from, to: to ?? ctx.provider }
    const readable = inBody(request, names)
    return (isRetry && readable === request ? undefined : readable) as Req
  }
}

/** A request of `fetch` carries the request of the wire as JSON. */
function inBody<Req>(
  request: Req,
  names: { readonly from: string | undefined; readonly to: string },
): Req {
  const { body } = fields(request)
  if (typeof body !== 'string') return sanitize(request, names)
  try {
    const sent: unknown = JSON.parse(body)
    const readable = sanitize(sent, names)
    return readable === sent ? request : { ...request, body: JSON.stringify(readable) }
  } catch {
    // No JSON, no history.
    return request
  }
}

/** How providers say that they cannot read a history. */
const REJECTS =
  /signature|encrypted.content|thinking`? block|redacted_thinking|of type 'reasoning'|required following item|tool.(call|use|result|output)|function.(call|response)/i

/** By status too: what is said of a signature may sound like a key that is no good. */
function rejectsHistory({ kind, status, message }: Fault, error?: unknown): boolean {
  const said = `${message} ${asText(fields(error)['message'])}`
  return (kind === 'invalid-request' || status === 400) && REJECTS.test(said)
}
