import { RETRYABLE, type Classifier, type Fault, type FaultKind } from '../fault.ts'
import { decide } from './decide.ts'
import { gather, type Evidence } from './evidence.ts'
import { retryHint } from './retry-after.ts'
import { matchRow, type FaultRow } from './rows.ts'
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
  /** Lines of your own, asked before the built-in table. */
  readonly rows?: readonly FaultRow[]
}

/**
 * Says why a call failed, for an error of any SDK, an HTTP answer `{ status, headers, body }` or an error frame.
 *
 * Never throws, whatever it is given. An error of our own returns the fault that it carries.
 */
export function classify(error: unknown, options: ClassifyOptions = {}): Fault {
  const evidence = gather(error)
  return evidence.own ?? conclude(evidence, options, 'unknown')
}

/** Makes a {@link Classifier} of lines of your own; it passes on what none of them fits. */
export function classifier(rows: readonly FaultRow[]): Classifier {
  const own = [...rows]
  return (error, { provider, now }) => {
    const evidence = gather(error)
    return evidence.own === undefined && matchRow(own, evidence, provider)
      ? conclude(evidence, { provider, now, rows: own }, 'unknown')
      : undefined
  }
}

/** The fault that the evidence speaks for; `otherwise` is its kind when it says nothing. */
export function conclude(
  evidence: Evidence,
  { provider, now, rows }: ClassifyOptions,
  otherwise: FaultKind,
): Fault {
  const own = rows && matchRow(rows, evidence, provider)
  const { meaning, word } = own ? { meaning: own } : decide(evidence, provider, otherwise)
  const [kind, scope = SCOPES[kind] ?? 'request', retryable = RETRYABLE[kind]] = meaning
  const { headers, codes, texts, requestId } = evidence
  const status = evidence.status ?? evidence.envelope
  const code = word ?? codes[0]
  const should = headers['x-should-retry']
  const retryAfterMs =
    RETRYABLE[kind] || kind === 'quota-exhausted' ? retryHint(evidence, now) : undefined
  return {
    kind,
    retryable: should === 'true' || (retryable && should !== 'false'),
    scope,
    message: (texts[0] ?? code ?? `HTTP ${status ?? 'failure'}`).slice(0, 500),
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(provider !== undefined && { provider }),
    ...(requestId !== undefined && { requestId }),
  }
}
