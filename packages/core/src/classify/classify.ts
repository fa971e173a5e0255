import { RETRYABLE, type Fault, type FaultKind } from '../fault.ts'
import { decide, type Verdict } from './decide.ts'
import { gather, type Evidence } from './evidence.ts'
import { retryHint } from './retry-after.ts'
import { SCOPES } from './table.ts'

/** What helps to read an error; all of it may be left out. */
export interface ClassifyOptions {
  /** Who was called: some words mean different things at different providers. */
  readonly provider?: string
  /**
   * Epoch ms, to read hints that are dates. Core calls no `Date`: without it, and without a `Date` header in
   * the answer, such hints are ignored.
   */
  readonly now?: number
}

/**
 * Says why a call failed, for an error of any SDK, an HTTP answer `{ status, headers, body }` or an error frame.
 *
 * Never throws, whatever it is given. An error of our own returns the fault that it carries.
 */
export function classify(error: unknown, options: ClassifyOptions = {}): Fault {
  const evidence = gather(error)
  return evidence.own ?? judged(evidence, options, 'unknown')
}

/** The fault of what surely has one; `otherwise` is its kind when it does not say why. */
export const judge = (subject: unknown, options: ClassifyOptions, otherwise: FaultKind): Fault =>
  judged(gather(subject), options, otherwise)

const judged = (evidence: Evidence, options: ClassifyOptions, otherwise: FaultKind): Fault =>
  conclude(evidence, options, decide(evidence, options.provider ?? '', otherwise))

/** A verdict as a fault, with all that the evidence adds. */
export function conclude(
  evidence: Evidence,
  options: ClassifyOptions,
  { meaning, word }: Verdict,
): Fault {
  const { provider } = options
  const { hints, codes, texts, requestId } = evidence
  const [kind, scope = SCOPES[kind] ?? 'request', retryable = RETRYABLE[kind]] = meaning
  const status = evidence.status ?? evidence.envelope
  const code = word ?? codes[0]
  const should = hints['shouldretry']
  const fault: { -readonly [Key in keyof Fault]: Fault[Key] } = {
    kind,
    retryable: should === 'true' || (retryable && should !== 'false'),
    scope,
    message: (texts[0] ?? code ?? `HTTP ${status ?? 'failure'}`).slice(0, 500),
  }
  if (status !== undefined) fault.status = status
  if (code !== undefined) fault.code = code
  const hint =
    RETRYABLE[kind] || kind === 'quota-exhausted' ? retryHint(evidence, options) : undefined
  if (hint !== undefined) fault.retryAfterMs = hint
  if (provider !== undefined) fault.provider = provider
  if (requestId !== undefined) fault.requestId = requestId
  return fault
}
