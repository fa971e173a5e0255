import type { Metrics } from '../metrics.ts'

/** How a measure is shown. */
export interface Measure {
  readonly of: keyof Metrics
  readonly title: string
  readonly unit: '%' | 's' | '×' | ''
  /** Whether it is good to have much of it. */
  readonly more: 'better' | 'worse' | 'neither'
  readonly digits: number
}

/** In the order of the tables. */
export const MEASURES: readonly Measure[] = [
  { of: 'goodput', title: 'Right answers in time', unit: '%', more: 'better', digits: 1 },
  {
    of: 'silentBad',
    title: 'Wrong answers delivered as right',
    unit: '%',
    more: 'worse',
    digits: 2,
  },
  { of: 'amplification', title: 'Upstream requests per call', unit: '×', more: 'worse', digits: 2 },
  {
    of: 'perSuccess',
    title: 'Upstream requests per right answer',
    unit: '×',
    more: 'worse',
    digits: 2,
  },
  { of: 'p50', title: 'Median time to a right answer', unit: 's', more: 'worse', digits: 1 },
  { of: 'p99', title: 'p99 time to a right answer', unit: 's', more: 'worse', digits: 1 },
  { of: 'ttftP99', title: 'p99 time to the first text', unit: 's', more: 'worse', digits: 1 },
  {
    of: 'deadPerRequest',
    title: 'Requests to a dead provider per call',
    unit: '',
    more: 'worse',
    digits: 3,
  },
  { of: 'detect', title: 'Time until an outage is noticed', unit: 's', more: 'worse', digits: 1 },
  {
    of: 'recover',
    title: 'Time from recovery to the last failure',
    unit: 's',
    more: 'worse',
    digits: 1,
  },
  {
    of: 'back50',
    title: 'Time until the primary serves half again',
    unit: 's',
    more: 'worse',
    digits: 1,
  },
  {
    of: 'waste',
    title: 'Spend beyond the one necessary answer',
    unit: '%',
    more: 'worse',
    digits: 1,
  },
  {
    of: 'peakRps',
    title: 'Most upstream requests in a second',
    unit: '',
    more: 'worse',
    digits: 0,
  },
  { of: 'resets', title: 'Streams that began anew', unit: '%', more: 'neither', digits: 2 },
  { of: 'stale', title: 'Old answers, marked as such', unit: '%', more: 'neither', digits: 1 },
]

export const shown = ({ of, unit, digits }: Measure, metrics: Metrics | undefined): string => {
  const value = metrics?.[of]
  if (value === undefined || value === null || Number.isNaN(value)) return '–'
  if (value === 'never') return value
  if (value === Infinity) return '∞'
  return (unit === '%' ? value * 100 : value).toFixed(digits)
}
