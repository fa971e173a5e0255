import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import UPlot from 'uplot'

import type { Point } from '../src/seen.ts'
import { columnsOf, type Columns } from './columns.ts'
import { ms, timeOf } from './format.ts'
import { colour } from './theme.ts'

interface Line {
  readonly label: string
  readonly colour: string
  readonly of: (columns: Columns) => (number | null)[]
}

interface Kind {
  readonly title: string
  readonly bars?: boolean
  readonly value: (value: number) => string
  readonly lines: readonly Line[]
}

const whole = (value: number): string =>
  value < 10_000 ? String(Math.round(value)) : `${Math.round(value / 1_000)}k`

const KINDS: readonly Kind[] = [
  {
    title: 'Calls per second',
    bars: true,
    value: whole,
    lines: [
      { label: 'all', colour: 'bar', of: ({ calls }) => calls },
      { label: 'failed', colour: 'bad', of: ({ failed }) => failed },
    ],
  },
  {
    title: 'Latency',
    value: ms,
    lines: [
      { label: 'p99', colour: 'p99', of: ({ p99 }) => p99 },
      { label: 'p95', colour: 'p95', of: ({ p95 }) => p95 },
      { label: 'p50', colour: 'p50', of: ({ p50 }) => p50 },
    ],
  },
  {
    title: 'Running',
    value: whole,
    lines: [{ label: 'running', colour: 'p50', of: ({ running }) => running }],
  },
]

const sync = UPlot.sync('seconds')

const optionsOf = (
  kind: Kind,
  size: { width: number; height: number },
  onPoint: (index: number | undefined) => void,
): UPlot.Options => {
  const axis = {
    stroke: () => colour('quiet'),
    font: '10px system-ui, sans-serif',
    ticks: { show: false },
  }
  const grid = { stroke: () => colour('line'), width: 1 }
  return {
    ...size,
    padding: [6, 24, 0, 0],
    legend: { show: false },
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
    cursor: { sync: { key: sync.key }, points: { size: 5 }, drag: { x: false, y: false } },
    scales: {
      x: { time: true },
      y: { range: (_, __, max) => [0, Math.max(kind.bars ? 5 : 1, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 18,
        gap: 2,
        space: 70,
        values: (_, splits) => splits.map((at) => timeOf(at * 1_000)),
      },
      {
        ...axis,
        grid,
        size: 52,
        gap: 4,
        space: 26,
        values: (_, splits) => splits.map((value) => (value === 0 ? '0' : kind.value(value))),
      },
    ],
    series: [
      {},
      ...kind.lines.map((line): UPlot.Series => ({
        label: line.label,
        stroke: () => colour(line.colour),
        width: kind.bars ? 0 : 1.25,
        ...(kind.bars &&
          UPlot.paths.bars && {
            paths: UPlot.paths.bars({ size: [0.8, 24], align: -1 }),
            fill: () => colour(line.colour),
          }),
        points: { show: false },
        spanGaps: true,
      })),
    ],
  }
}

interface ChartProps {
  readonly kind: Kind
  readonly columns: Columns
  readonly minutes: number
  readonly theme: string
  readonly route: string
}

const Chart = ({ kind, columns, minutes, theme, route }: ChartProps): VNode => {
  const place = useRef<HTMLDivElement>(null)
  const [point, setPoint] = useState<number | undefined>()
  const plot = useRef<UPlot | undefined>(undefined)

  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const sizeOf = (): { width: number; height: number } => ({
      width: element.clientWidth,
      height: element.clientHeight,
    })
    const drawn = new UPlot(
      optionsOf(kind, sizeOf(), setPoint),
      [[], ...kind.lines.map(() => [])] as UPlot.AlignedData,
      element,
    )
    plot.current = drawn
    const watch = new ResizeObserver(() => drawn.setSize(sizeOf()))
    watch.observe(element)
    return () => {
      watch.disconnect()
      drawn.destroy()
    }
  }, [theme])

  useEffect(() => {
    const data = [columns.at, ...kind.lines.map((line) => line.of(columns))] as UPlot.AlignedData
    plot.current?.setData(data, false)
    const to = columns.at.at(-1) ?? 0
    plot.current?.setScale('x', { min: to - minutes * 60, max: to })
  }, [columns, minutes, theme])

  // Under the cursor of any of the charts, else the latest.
  const valueOf = (line: Line): string => {
    const value = line.of(columns).at(point ?? -1)
    return value === null || value === undefined ? '–' : kind.value(value)
  }
  return html`<figure>
    <figcaption>
      <span
        >${kind.title}<small>
          ${kind.lines.length > 1 && route !== '' ? route : 'all routes'}</small
        ></span
      >
      <span hidden=${kind.lines.length === 1}
        >${kind.lines.map((line) => html`<span class="key"><i class=${line.colour} />${line.label} <b>${valueOf(line)}</b></span>`)}</span
      >
    </figcaption>
    <div class="plot" ref=${place} />
  </figure>`
}

interface Props {
  readonly points: readonly Point[]
  readonly route: string
  readonly minutes: number
  readonly theme: string
  readonly onMinutes: (minutes: number) => void
}

/** Rates and percentiles second by second, of the route that is chosen, else of all. */
export const Charts = ({ points, route, minutes, theme, onMinutes }: Props): VNode => {
  // Four states come each second, and one new point.
  const columns = useMemo(() => columnsOf(points, route), [points, route])
  return html`<section class="charts" aria-label="Rates and latencies">
    ${KINDS.map((kind) => html`<${Chart} key=${kind.title} kind=${kind} columns=${columns} minutes=${minutes} theme=${theme} route=${route} />`)}
    <div class="range">
      ${[1, 5, 15].map((one, index) => html`<button type="button" title=${String(index + 1)} aria-pressed=${one === minutes} onClick=${() => onMinutes(one)}>${one} min</button>`)}
    </div>
  </section>`
}
