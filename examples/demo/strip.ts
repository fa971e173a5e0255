import type { Span } from './day.ts'
import { FALLBACK_SLOT_MS, type Moment } from './timeline.ts'

const WIDTH = 72
const LABEL_WIDTH = 18
const BARS = '▁▂▃▄▅▆▇█'

/** The day in three lines: what went on, when the circuits were open, and how many calls fell back. */
export const stripOf = (
  spans: readonly Span[],
  timeline: readonly Moment[],
  lengthMs: number,
): string => {
  const cellMs = lengthMs / WIDTH
  const column = (atMs: number): number => Math.min(WIDTH - 1, Math.floor(atMs / cellMs))
  const targets = [...new Set(timeline.map(({ target }) => target))].toSorted()
  const lines = [
    ['', spansLine(spans, column)],
    ...targets.flatMap((target) => {
      const own = timeline.filter((moment) => moment.target === target)
      return [
        [`circuit ${target}`, circuitLine(own, column)],
        [`fallback ${target}`, fallbackLine(own, column)],
      ]
    }),
  ]
  const legend = '─ closed  ■ open  ? probing   ▁…█ calls that fell back to it'
  return [...lines, ['', legend]]
    .map(([label = '', line = '']) => label.padEnd(LABEL_WIDTH) + line)
    .join('\n')
}

type Column = (atMs: number) => number

const spansLine = (spans: readonly Span[], column: Column): string =>
  spans
    .map(({ name, fromMs, toMs }, index) => {
      const last = index === spans.length - 1
      const width = (last ? WIDTH : column(toMs)) - column(fromMs)
      return `│${name}`.slice(0, width).padEnd(width)
    })
    .join('')

const SIGNS = { 'circuit:opened': '■', 'circuit:half-opened': '?', 'circuit:closed': '─' } as const

const circuitLine = (moments: readonly Moment[], column: Column): string => {
  const cells = Array.from({ length: WIDTH }, () => '─')
  for (const { type, atMs } of moments)
    if (type !== 'fallback:taken') cells.fill(SIGNS[type], column(atMs))
  return cells.join('')
}

const fallbackLine = (moments: readonly Moment[], column: Column): string => {
  const cells = Array.from({ length: WIDTH }, () => ' ')
  const counted = moments.filter(({ type }) => type === 'fallback:taken')
  const most = Math.max(1, ...counted.map(({ count = 1 }) => count))
  for (const { atMs, count = 1 } of counted) {
    const bar = BARS[Math.ceil((count / most) * BARS.length) - 1] ?? ' '
    cells.fill(bar, column(atMs), column(atMs + FALLBACK_SLOT_MS))
  }
  return cells.join('')
}
