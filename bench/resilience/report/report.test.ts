import { expect, it } from 'vitest'

import { broken } from '../floors.ts'
import { meanOf, type Metrics } from '../metrics.ts'
import { standingOf, type Results } from '../results.ts'
import { charts } from './chart.ts'
import { markdown } from './markdown.ts'

const metrics = (given: Partial<Metrics>): Metrics => ({
  goodput: 1,
  windowGoodput: 1,
  silentBad: 0,
  amplification: 1,
  perSuccess: 1,
  peakRps: 10,
  p50: 1,
  p95: 2,
  p99: 3,
  ttftP99: null,
  deadPerRequest: null,
  detect: null,
  recover: null,
  back50: null,
  waste: 0,
  resets: 0,
  stale: 0,
  makespan: 300,
  ...given,
})

const results: Results = {
  seeds: [1, 2],
  scenarios: {
    a: { holdfast: metrics({ perSuccess: 1.25, amplification: 1.25 }), oracle: metrics({}) },
    c2: {
      holdfast: metrics({ goodput: 0.5, recover: 'never', silentBad: 0.01 }),
      oracle: metrics({ recover: 2 }),
    },
  },
}

it('compares with the oracle on the same trace, by right answers and by what they cost', () => {
  expect(standingOf(results, 'holdfast')).toStrictEqual({
    contender: 'holdfast',
    goodput: 0.75,
    loadAdjusted: 0.65,
    level: 1,
    of: 2,
    worst: expect.objectContaining({ scenario: 'c2', goodput: 0.5 }),
  })
  expect(standingOf(results, 'nobody')).toBeUndefined()
})

it('has a mean that keeps what is no number', () => {
  const mean = meanOf([metrics({ p99: 1, recover: 0 }), metrics({ p99: 4, recover: 'never' })])
  expect(mean).toMatchObject({ p99: 2.5, recover: 'never', ttftP99: null })
})

it('writes tables with a row for each scenario, and none for what was not measured', () => {
  const text = markdown(results)
  expect(text).toContain('| holdfast | 75.0 | 65.0 | 1 of 2 | c2 50.0 |')
  expect(text).toContain('| c2 | never | 2.0 |')
  expect(text).not.toContain('first text')
})

it('draws a chart for each measure that shows something, as well-formed SVG without a script', () => {
  const files = charts(results)
  expect([...files.keys()]).toContain('goodput.svg')
  expect([...files.keys()]).not.toContain('ttftP99.svg')
  for (const svg of files.values()) {
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(svg).not.toMatch(/NaN|Infinity|undefined|<script/)
  }
})

it('names each floor that is not held, and what passed for right is never allowed', () => {
  expect(broken(results).join('\n')).toMatch(/a: 1\.250 requests per call/)
  expect(broken(results).join('\n')).toMatch(/c2: 0\.0100 wrong answers passed for right/)
  const { a } = results.scenarios
  const kept = { ...results, scenarios: { a: { holdfast: a!['oracle']!, oracle: a!['oracle']! } } }
  expect(broken(kept)).toStrictEqual([])
})
