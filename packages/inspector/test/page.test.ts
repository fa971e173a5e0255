import { describe, expect, it } from 'vitest'

import { spansOf } from '../page/circuits.ts'
import { columnsOf, lately } from '../page/columns.ts'
import { fieldOf, filterOf, valuesOf, withField } from '../page/filter.ts'
import { count, ms, percent, usd } from '../page/format.ts'
import { lanesOf, ticksOf } from '../page/lanes.ts'
import type { SeenAttempt, SeenCall } from '../src/seen.ts'

const NONE = { inputTokens: 0, outputTokens: 0, source: 'none' } as const

const attempt = (n: number, over: Partial<SeenAttempt> = {}): SeenAttempt => ({
  n,
  target: 'openai',
  provider: 'openai',
  model: 'gpt-5-mini',
  servedModel: undefined,
  outcome: 'succeeded',
  fault: undefined,
  startedMs: 0,
  firstContentMs: undefined,
  durationMs: 100,
  usage: NONE,
  costUsd: undefined,
  wasted: false,
  ...over,
})
const TIMEOUT = {
  kind: 'timeout',
  message: 'No answer',
  scope: 'request',
  retryable: true,
} as const

const call = (over: Partial<SeenCall> = {}): SeenCall => ({
  seq: 1,
  callId: 'abc-1',
  route: 'chat',
  startedAt: 0,
  outcome: 'succeeded',
  fault: undefined,
  durationMs: 100,
  queuedMs: 0,
  backoffMs: 0,
  firstContentMs: undefined,
  attempts: [attempt(1)],
  marks: [],
  skipped: [],
  cache: undefined,
  degraded: false,
  served: 1,
  retries: 0,
  fallbacks: 0,
  usage: NONE,
  totalUsage: NONE,
  costUsd: 0,
  wastedUsd: 0,
  unpriced: 0,
  story: 'chat succeeded after 100 ms: openai/gpt-5-mini served',
  ...over,
})

describe('numbers', () => {
  it('are short and say what they are', () => {
    expect([0.24, 9.99, 412.4, 999.6, 12_345, 125_000, undefined].map(ms)).toStrictEqual([
      '0.2 ms',
      '10.0 ms',
      '412 ms',
      '1.00 s',
      '12.3 s',
      '2:05 min',
      '–',
    ])
    expect([0, 0.000_077, 0.012, 3.5, 250, undefined].map(usd)).toStrictEqual([
      '–',
      '$0.000077',
      '$0.012',
      '$3.50',
      '$250',
      '?',
    ])
    expect([950, 1_234, 34_000, 1_200_000].map(count)).toStrictEqual(['950', '1.2k', '34k', '1.2M'])
    expect([0, 0.0001, 0.021, 0.27].map(percent)).toStrictEqual(['–', '<0.1 %', '2.1 %', '27 %'])
  })
})

describe('search', () => {
  const failed = call({
    route: 'extract',
    outcome: 'failed',
    fault: TIMEOUT,
    attempts: [attempt(1, { outcome: 'failed', fault: TIMEOUT, provider: 'anthropic' })],
  })

  it.each([
    ['', true, true],
    ['route:extract', false, true],
    ['fault:timeout provider:anthropic', false, true],
    ['fault:timeout provider:openai', false, false],
    ['-fault:timeout', true, false],
    ['is:trouble', false, true],
    ['is:ok', true, false],
    ['GPT-5', true, true],
    ['"no answer"', false, true],
    ['route:', true, true],
    ['nothing:like this', false, false],
  ])('%j', (search, plain, bad) => {
    expect([call(), failed].map(filterOf(search))).toStrictEqual([plain, bad])
  })

  it('a field that is chosen replaces what was chosen before, and leaves the rest', () => {
    expect(withField('route:chat slow -is:ok', 'route', 'extract')).toBe(
      'slow -is:ok route:extract',
    )
    expect(withField('route:chat slow', 'route', undefined)).toBe('slow')
    expect(fieldOf('slow route:chat', 'route')).toBe('chat')
    expect(fieldOf('slow', 'route')).toBeUndefined()
    expect(valuesOf([call(), failed], 'provider')).toStrictEqual(['anthropic', 'openai'])
  })

  it('a name with spaces is found by what choosing it writes', () => {
    const spaced = call({ route: 'my chat' })
    const search = withField('', 'route', 'my chat')
    expect(filterOf(search)(spaced)).toBe(true)
    expect(filterOf(search)(call())).toBe(false)
    expect(fieldOf(search, 'route')).toBe('my chat')
    expect(withField(search, 'route', undefined)).toBe('')
  })
})

describe('waterfall', () => {
  it('draws attempts and waits in order, and says which served', () => {
    const { lanes, totalMs } = lanesOf(
      call({
        durationMs: 300,
        served: 2,
        attempts: [
          attempt(1, { outcome: 'failed', fault: TIMEOUT }),
          attempt(2, { startedMs: 200, firstContentMs: 40 }),
        ],
        marks: [{ atMs: 100, type: 'retry:scheduled', text: 'retry waits 100 ms', lastsMs: 100 }],
      }),
    )
    expect(totalMs).toBe(300)
    expect(
      lanes.map(({ look, fromMs, toMs, contentMs }) => [look, fromMs, toMs, contentMs]),
    ).toStrictEqual([
      ['failed', 0, 100, undefined],
      ['wait', 100, 200, undefined],
      ['served', 200, 300, 240],
    ])
  })

  it('a wait that the deadline cut short ends with the call; an attempt without an end goes on beyond it', () => {
    const { lanes } = lanesOf(
      call({
        durationMs: 120,
        served: undefined,
        attempts: [attempt(1, { outcome: 'pending', durationMs: undefined })],
        marks: [{ atMs: 100, type: 'retry:scheduled', text: 'retry waits 5 s', lastsMs: 5_000 }],
      }),
    )
    expect(lanes.map(({ look, toMs }) => [look, toMs])).toStrictEqual([
      ['pending', 120],
      ['wait', 120],
    ])
  })

  it('an answer that did not serve was not good enough; what nobody wanted any more was dropped', () => {
    const looks = lanesOf(
      call({ served: 3, attempts: [attempt(1), attempt(2, { outcome: 'discarded' }), attempt(3)] }),
    ).lanes.map(({ look }) => look)
    expect(looks).toStrictEqual(['invalid', 'dropped', 'served'])
  })

  it('the axis has round numbers', () => {
    expect(ticksOf(1_423, 8)).toStrictEqual([0, 200, 400, 600, 800, 1_000, 1_200, 1_400])
    expect(ticksOf(1, 4)).toStrictEqual([0, 0.5, 1])
  })
})

describe('over time', () => {
  const points = [
    { at: 1_000, running: 1, routes: { '': [10, 1, 5, 9, 10, 0.1], chat: [10, 1, 5, 9, 10, 0.1] } },
    { at: 2_000, running: 0, routes: {} },
  ] as const

  it('a second without calls is a zero among the rates and a gap among the latencies', () => {
    expect(columnsOf(points, 'chat')).toStrictEqual({
      at: [1, 2],
      calls: [10, 0],
      failed: [1, 0],
      p50: [5, null],
      p95: [9, null],
      p99: [10, null],
      running: [1, 0],
    })
    expect(lately(points, '', 10)).toMatchObject({ perSecond: 5, failed: 0.1, p50: 5, p95: 9 })
  })

  it('a circuit is open from the moment that it opened to the moment that it let a probe through', () => {
    const moment = (at: number, type: string, key = 'openai') => ({
      at,
      type,
      key,
      text: '',
      times: 1,
    })
    const moments = [
      moment(10, 'circuit:opened'),
      moment(15, 'circuit:opened', 'claude'),
      moment(20, 'circuit:half-opened'),
      moment(30, 'circuit:closed'),
      moment(40, 'circuit:opened'),
    ]
    expect(spansOf(moments, 'openai', 50)).toStrictEqual([
      { state: 'open', from: 10, to: 20 },
      { state: 'half-open', from: 20, to: 30 },
      { state: 'open', from: 40, to: 50 },
    ])
  })
})
