import { expect, it } from 'vitest'

import { sampleLatency } from './latency.ts'

it('is the number when it is one', () => {
  expect(sampleLatency(25, 'any')).toBe(25)
})

it('has the quantiles that it was given', () => {
  const latency = { p50: 100, p95: 400 }
  const samples = Array.from({ length: 4000 }, (_, i) => sampleLatency(latency, i))
  const sorted = samples.toSorted((a, b) => a - b)
  expect(Math.abs((sorted[2000] ?? 0) - 100)).toBeLessThan(8)
  expect(Math.abs((sorted[3800] ?? 0) - 400)).toBeLessThan(50)
})

it('is the same for the same seed', () => {
  const latency = { p50: 100, p95: 400 }
  expect(sampleLatency(latency, 'a', 1)).toBe(sampleLatency(latency, 'a', 1))
  expect(sampleLatency(latency, 'a', 1)).not.toBe(sampleLatency(latency, 'a', 2))
})
