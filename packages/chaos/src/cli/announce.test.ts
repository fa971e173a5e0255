import { expect, it } from 'vitest'

import { statsOf } from '../books.ts'
import { announcements, farewell } from './announce.ts'

it('tells every moment at which the faults change', () => {
  const lines = announcements({
    phases: [
      { fromMs: 1000, toMs: 3000, faults: [{ fault: 'empty', probability: 0.25 }] },
      { fromMs: 2000, faults: [{ fault: 'rate-limit', requestsPerSecond: 5 }] },
      { fromMs: 4000, faults: [{ fault: 'cut', attempts: 2 }] },
    ],
  })
  expect(lines).toStrictEqual([
    { atMs: 0, line: '+0.0 s  healthy' },
    { atMs: 1000, line: '+1.0 s  empty 25 %' },
    { atMs: 2000, line: '+2.0 s  empty 25 %, rate-limit 5/s' },
    { atMs: 3000, line: '+3.0 s  rate-limit 5/s' },
    { atMs: 4000, line: '+4.0 s  rate-limit 5/s, cut 100 % of the first 2 attempts' },
  ])
})

it('closes the books in one sentence', () => {
  expect(farewell(statsOf([]))).toBe('0 requests: 0 ok; billed 0 input and 0 output tokens.')
  const entry = { at: 0, key: '', attempt: 1, endpoint: '', model: '', status: 429, aborted: false }
  const log = [{ ...entry, fault: 'rate-limited', inputTokens: 0, outputTokens: 0, bytes: 9 }]
  expect(farewell(statsOf(log))).toContain('1 requests: 0 ok, 1 rate-limited;')
})
