import { contendersOf, standingOf, type Results } from '../results.ts'
import { MEASURES, shown, type Measure } from './measures.ts'

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const head = (cells: readonly string[]): string[] => [
  row(cells),
  row(cells.map((_, i) => (i === 0 ? '---' : '---:'))),
]

const tableOf = (measure: Measure, { scenarios }: Results, names: readonly string[]): string => {
  const rows: string[] = []
  for (const [id, metrics] of Object.entries(scenarios)) {
    const cells = names.map((name) => shown(measure, metrics[name]))
    if (cells.some((cell) => cell !== '–')) rows.push(row([id, ...cells]))
  }
  if (rows.length === 0) return ''
  const unit = measure.unit === '' || measure.unit === '×' ? '' : `, ${measure.unit}`
  return [`### ${measure.title}${unit}`, '', ...head(['', ...names]), ...rows, ''].join('\n')
}

const percent = (ratio: number): string => (ratio * 100).toFixed(1)

/** How each contender stands next to the oracle. */
export const standings = (results: Results): string => {
  const rows = contendersOf(results).flatMap((name) => {
    const standing = standingOf(results, name)
    if (standing === undefined) return []
    const { goodput, loadAdjusted, level, of, worst } = standing
    return [
      row([
        name,
        percent(goodput),
        percent(loadAdjusted),
        `${level} of ${of}`,
        `${worst.scenario} ${percent(worst.goodput)}`,
      ]),
    ]
  })
  return rows.length === 0
    ? ''
    : [
        '### Next to the oracle, %',
        '',
        ...head(['', 'right answers', 'per load', 'within 0.1 %', 'worst']),
        ...rows,
        '',
      ].join('\n')
}

/** All measures as tables, the summary first. */
export const markdown = (results: Results): string => {
  const names = contendersOf(results)
  return [
    `Seeds ${results.seeds.join(', ')}; means.`,
    '',
    standings(results),
    ...MEASURES.map((measure) => tableOf(measure, results, names)).filter(Boolean),
  ].join('\n')
}
