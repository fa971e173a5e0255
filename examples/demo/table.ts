import { CONTENDER_NAMES, TITLES, type ContenderName } from './names.ts'
import type { Score } from './score.ts'

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const ms = (value: number): string => `${Math.round(value)} ms`

const ROWS: readonly (readonly [string, (score: Score) => string])[] = [
  ['correct answers', (score) => percent(score.correct)],
  ['silently wrong', (score) => percent(score.silentlyWrong)],
  ['failed', (score) => percent(score.failed)],
  ['degraded, and said so', (score) => percent(score.degraded)],
  ['stale, and said so', (score) => percent(score.stale)],
  ['p50', (score) => ms(score.p50Ms)],
  ['p95', (score) => ms(score.p95Ms)],
  ['p99', (score) => ms(score.p99Ms)],
  ['upstream requests per call', (score) => score.upstreamPerCall.toFixed(2)],
  ['wasted tokens', (score) => String(score.wastedTokens)],
  ['cost of 1000 correct answers', (score) => `$${(score.costPerSuccess * 1_000).toFixed(3)}`],
]

const LABEL_WIDTH = 30
const COLUMN_WIDTH = 20

/** The scores side by side. */
export const tableOf = (scores: Readonly<Record<ContenderName, Score>>): string => {
  const line = (label: string, cells: readonly string[]): string =>
    label.padEnd(LABEL_WIDTH) + cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join('')
  const titles = CONTENDER_NAMES.map((name) => TITLES[name])
  const rule = '─'.repeat(LABEL_WIDTH + COLUMN_WIDTH * titles.length)
  const rows = ROWS.map(([label, cell]) =>
    line(
      label,
      CONTENDER_NAMES.map((name) => cell(scores[name])),
    ),
  )
  return [line(`${scores.holdfast.calls} calls each`, titles), rule, ...rows, rule].join('\n')
}
