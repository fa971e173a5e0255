import { ConfigurationError } from '../errors.ts'
import { RETRYABLE, type Classifier, type FaultKind, type FaultScope } from '../fault.ts'
import { quote } from '../options.ts'
import { conclude } from './classify.ts'
import { gather } from './evidence.ts'

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
  /** @default as far as faults of that kind reach: see `docs/faults.md` */
  readonly scope?: FaultScope
  /** @default what the table of `docs/faults.md` says of the kind */
  readonly retryable?: boolean
}

/**
 * Makes a {@link Classifier} of lines of your own; it passes on what none of them fits.
 *
 * @throws ConfigurationError for what is no list, and for a row whose `kind` is none
 */
export function classifier(rows: readonly FaultRow[]): Classifier {
  if (!Array.isArray(rows))
    throw new ConfigurationError(`classifier: rows must be a list, got ${quote(rows)}`)
  const own = rows.map((row: FaultRow) => ({ ...row }))
  for (const { kind } of own)
    if (!Object.hasOwn(RETRYABLE, kind))
      throw new ConfigurationError(`classifier: kind must be a fault kind, got ${quote(kind)}`)
  return (error, at) => {
    const evidence = gather(error)
    const { codes, types, texts, status, envelope } = evidence
    const said = {
      provider: [at.provider],
      code: codes,
      type: types,
      message: texts,
      status: [status, envelope],
    }
    const names = Object.keys(said) as (keyof typeof said)[]
    const row = own.find((it) => names.every((name) => fits(it[name], said[name])))
    if (evidence.own || !row) return undefined
    return conclude(evidence, at, { meaning: [row.kind, row.scope, row.retryable] })
  }
}

const fits = (wanted: unknown, said: readonly unknown[]): boolean =>
  wanted === undefined ||
  // `search` and not `test`: a pattern with the g flag would remember where it stopped.
  said.some((it) =>
    typeof wanted === 'object' ? String(it).search(wanted as RegExp) >= 0 : it === wanted,
  )
