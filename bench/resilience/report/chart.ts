import { contendersOf, type Results } from '../results.ts'
import { MEASURES, shown, type Measure } from './measures.ts'

const ROW = 18
const GAP = 14
const LEFT = 150
const BAR = 420
const TOP = 64
const WIDTH = LEFT + BAR + 90

const INK = '#1f2328'
const FAINT = '#59636e'
const colourOf = (name: string): string =>
  name === 'holdfast' ? '#0969da' : name === 'oracle' ? '#1a7f37' : '#afb8c1'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

interface Label {
  readonly x: number
  readonly y: number
  readonly size?: number
  readonly fill?: string
  readonly anchor?: 'start' | 'end'
  readonly bold?: boolean
}

const label = (
  text: string,
  { x, y, size = 12, fill = INK, anchor = 'start', bold }: Label,
): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${bold ? ' font-weight="600"' : ''}>${escape(text)}</text>`

/** The scale's end: a few bars that are far longer than all others must not flatten those; they are cut, and say so. */
const longest = (values: readonly number[]): number => {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b)
  const most = sorted.at(-1) ?? 1
  const usual = sorted[Math.floor(sorted.length * 0.9)] ?? most
  return Math.max(most > 3 * usual ? 1.5 * usual : most, 1e-9)
}

/** One measure over all scenarios as bars; undefined when there is nothing to show. */
export const chartOf = (measure: Measure, { scenarios, seeds }: Results): string | undefined => {
  const groups = Object.entries(scenarios)
    .map(([id, row]) => ({
      id,
      bars: contendersOf({ scenarios, seeds }).flatMap((name) => {
        const value = row[name]?.[measure.of]
        return value === null || value === undefined
          ? []
          : [{ name, value: value === 'never' ? Infinity : value, text: shown(measure, row[name]) }]
      }),
    }))
    .filter(({ bars }) => bars.some(({ value }) => value !== 0))
  if (groups.length === 0) return undefined

  const scale = BAR / longest(groups.flatMap(({ bars }) => bars.map(({ value }) => value)))
  const parts: string[] = []
  let y = TOP
  for (const { id, bars } of groups) {
    parts.push(label(id, { x: 12, y: y + 13, size: 14, bold: true }))
    for (const { name, value, text } of bars) {
      const width = Math.max(0, Math.min(BAR, value * scale))
      const cut = value * scale > BAR
      parts.push(
        label(name, { x: LEFT - 8, y: y + 13, fill: FAINT, anchor: 'end' }),
        `<rect x="${LEFT}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 5}" fill="${colourOf(name)}"/>`,
        label(cut ? `${text} ›` : text, { x: LEFT + width + 6, y: y + 13, fill: FAINT }),
      )
      y += ROW
    }
    y += GAP
  }
  const better = { better: 'more is better', worse: 'less is better', neither: '' }[measure.more]
  const unit = { '%': 'in %', s: 'in seconds', '×': '', '': '' }[measure.unit]
  const about = [unit, better, `mean of seeds ${seeds.join(', ')}`].filter(Boolean).join(' · ')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" font-family="system-ui, sans-serif" role="img" aria-label="${escape(measure.title)}">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    label(measure.title, { x: 12, y: 26, size: 18, bold: true }),
    label(about, { x: 12, y: 46, fill: FAINT }),
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

/** A chart for each measure that shows something, by file name. */
export const charts = (results: Results): ReadonlyMap<string, string> => {
  const files = new Map<string, string>()
  for (const measure of MEASURES) {
    const svg = chartOf(measure, results)
    if (svg !== undefined) files.set(`${measure.of}.svg`, svg)
  }
  return files
}
