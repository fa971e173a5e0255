// Scores the classifier on a file of recorded failures: `pnpm eval:classify -- cases.json`.
import { readFileSync } from 'node:fs'

import {
  expectedOf,
  isReadable,
  readCase,
  readingOf,
  type Reading,
  type WireCase,
} from '../packages/core/test/classify/wire-case.ts'

function score(cases: readonly WireCase[]): object {
  const judged = cases.filter(isReadable).map((it) => {
    const got = readingOf(readCase(it))
    const expected = expectedOf(it)
    return { id: it.id, got, expected, right: agreement(got, expected) }
  })
  const count = (field: keyof Reading): number => judged.filter((it) => it.right[field]).length
  return {
    total: judged.length,
    kindRight: count('kind'),
    retryableRight: count('retryable'),
    retryAfterRight: count('retryAfterMs'),
    scopeRight: count('scope'),
    misses: judged
      .filter((it) => Object.values(it.right).includes(false))
      .map(({ id, got, expected }) => ({ id, got, expected })),
  }
}

function agreement(got: Reading, expected: Reading): Record<keyof Reading, boolean> {
  const [a, b] = [got.retryAfterMs, expected.retryAfterMs]
  return {
    kind: got.kind === expected.kind,
    retryable: got.retryable === expected.retryable,
    scope: got.scope === expected.scope,
    // Within a millisecond: hints have fractions, and some round down.
    retryAfterMs: a === b || (a !== null && b !== null && Math.abs(a - b) <= 1),
  }
}

function load(path: string): readonly WireCase[] {
  const cases: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!Array.isArray(cases)) throw new Error('the file must hold a JSON array of cases')
  cases.forEach((it: Partial<WireCase> | null, i) => {
    if (typeof it?.id !== 'string' || typeof it.kind !== 'string' || !it.expected?.category) {
      throw new Error(`case ${i} needs an id, a kind and expected.category`)
    }
  })
  return cases as readonly WireCase[]
}

// pnpm hands its own `--` on.
const path = process.argv.slice(2).find((argument) => argument !== '--')
try {
  if (path === undefined) throw new Error('name a file: pnpm eval:classify -- cases.json')
  console.log(JSON.stringify(score(load(path)), null, 2))
} catch (error) {
  console.error(`Cannot score ${path ?? 'anything'}: ${(error as Error).message}`)
  process.exitCode = 2
}
