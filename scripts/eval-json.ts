// Scores the extraction of JSON on a file of answers, beside what else is in use: `pnpm eval:json -- answers.jsonl`,
// one `{ source, kind, input, expected }` or `{ source, kind, input, invalid: true }` a line; `--json` for machines.
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'

import * as bestEffort from 'best-effort-json-parser'
import { jsonrepair } from 'jsonrepair'
import { parse as partialJson } from 'partial-json'

import { extractJson } from '../packages/validators/src/index.ts'

interface Row {
  readonly source: string
  readonly kind: string
  readonly input: string
  readonly expected?: unknown
  /** Nothing may be extracted. */
  readonly invalid?: boolean
  /** False for a test that only the parser passes that it was written for. */
  readonly core?: boolean
}

type Outcome = 'exact' | 'wrong' | 'declined'
type Shares = Record<Outcome, number> & { readonly count: number }
type Judged = Row & { readonly outcome: Outcome }

// The kinds whose tests ask what can be had of a document that was cut off. All else runs as by default.
const PARTIAL = new Set(['repair', 'partial'])

/** What articles recommend: the fence off, then JSON.parse. */
const withoutFence = (text: string): string =>
  text
    .trim()
    .replace(/^```(?:json)?\s*/i, '')
    .replace(/\s*```$/, '')

const CONTENDERS: Readonly<Record<string, (row: Row) => unknown>> = {
  holdfast: ({ kind, input }) => extractJson(input, { allowPartial: PARTIAL.has(kind) }),
  'JSON.parse': ({ input }) => JSON.parse(input),
  'fence stripping': ({ input }) => JSON.parse(withoutFence(input)),
  jsonrepair: ({ input }) => JSON.parse(jsonrepair(input)),
  'partial-json': ({ input }) => partialJson(input),
  'best-effort-json-parser': ({ input }) => bestEffort.parse(input),
}

function outcomeOf(extract: (row: Row) => unknown, row: Row): Outcome {
  let value: unknown
  try {
    value = extract(row)
  } catch {
    value = undefined
  }
  if (value === undefined) return row.invalid ? 'exact' : 'declined'
  return !row.invalid && isDeepStrictEqual(value, row.expected) ? 'exact' : 'wrong'
}

function sharesOf(rows: readonly Judged[]): Shares {
  const share = (outcome: Outcome): number =>
    rows.length === 0 ? 0 : rows.filter((row) => row.outcome === outcome).length / rows.length
  const [exact, wrong, declined] = [share('exact'), share('wrong'), share('declined')]
  return { exact, wrong, declined, count: rows.length }
}

function sharesBy(rows: readonly Judged[], key: 'source' | 'kind'): Record<string, Shares> {
  const names = [...new Set(rows.map((row) => row[key]))]
  return Object.fromEntries(
    names.map((name) => [name, sharesOf(rows.filter((row) => row[key] === name))]),
  )
}

function score(rows: readonly Row[]): object {
  const contenders = Object.entries(CONTENDERS).map(([name, extract]) => {
    const judged = rows.map((row): Judged => ({ ...row, outcome: outcomeOf(extract, row) }))
    const core = judged.filter((row) => row.core !== false)
    return [
      name,
      {
        ...sharesOf(judged),
        bySource: sharesBy(judged, 'source'),
        byKind: sharesBy(judged, 'kind'),
        coreByKind: sharesBy(core, 'kind'),
      },
    ] as const
  })
  return { contenders: Object.fromEntries(contenders) }
}

function table(rows: readonly Row[]): void {
  const { contenders } = score(rows) as { contenders: Record<string, Record<string, unknown>> }
  const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`
  for (const group of ['byKind', 'coreByKind', 'bySource'])
    console.table(
      Object.entries(contenders).flatMap(([contender, scores]) =>
        Object.entries(scores[group] as Record<string, Shares>).map(([of, shares]) => ({
          [group]: of,
          contender,
          count: shares.count,
          exact: percent(shares.exact),
          wrong: percent(shares.wrong),
          declined: percent(shares.declined),
        })),
      ),
    )
}

function load(path: string): readonly Row[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line, at) => {
    if (line.trim() === '') return []
    const row = JSON.parse(line) as Partial<Row>
    if (typeof row.input !== 'string' || !row.source || !row.kind)
      throw new Error(`line ${at + 1} needs a source, a kind and an input`)
    if (row.invalid !== true && !('expected' in row))
      throw new Error(`line ${at + 1} needs what is expected, or invalid: true`)
    return [row as Row]
  })
}

// pnpm hands its own `--` on.
const args = process.argv.slice(2).filter((argument) => argument !== '--')
const path = args.find((argument) => !argument.startsWith('--'))
// The best-effort parser tells the console about every text that it does not like.
bestEffort.disableErrorLogging()
bestEffort.parse.onExtraToken = () => {}
try {
  if (path === undefined) throw new Error('name a file: pnpm eval:json -- answers.jsonl')
  const rows = load(path)
  if (args.includes('--json')) console.log(JSON.stringify(score(rows), null, 2))
  else table(rows)
} catch (error) {
  console.error(`Cannot score ${path ?? 'anything'}: ${(error as Error).message}`)
  process.exitCode = 2
}
