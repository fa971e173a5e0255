import type { FaultKind, FaultScope } from '../fault.ts'
import type { Evidence } from './evidence.ts'
import type { Meaning } from './table.ts'

/**
 * A line of your own for the table of faults: every condition that it names must hold.
 *
 * Strings must equal, patterns must match; `code` looks at every machine code that the error carries.
 */
export interface FaultRow {
  readonly provider?: string | RegExp
  readonly code?: string | RegExp
  readonly type?: string | RegExp
  readonly status?: number
  readonly message?: string | RegExp
  readonly kind: FaultKind
  /** @default as far as such faults reach: see `docs/faults.md` */
  readonly scope?: FaultScope
  /** @default what the table of `docs/faults.md` says of `kind` */
  readonly retryable?: boolean
}

/** What the first row that fits says, or undefined. */
export function matchRow(
  rows: readonly FaultRow[],
  evidence: Evidence,
  provider = '',
): Meaning | undefined {
  const { codes, types, texts } = evidence
  const row = rows.find(
    (it) =>
      fits(it.provider, [provider]) &&
      fits(it.code, codes) &&
      fits(it.type, types) &&
      fits(it.message, texts) &&
      (it.status === undefined || it.status === evidence.status || it.status === evidence.envelope),
  )
  return row && [row.kind, row.scope, row.retryable]
}

const fits = (wanted: string | RegExp | undefined, said: readonly string[]): boolean =>
  wanted === undefined ||
  // `search` and not `test`: a pattern with the g flag would remember where it stopped.
  said.some((it) => (typeof wanted === 'string' ? it === wanted : it.search(wanted) >= 0))
