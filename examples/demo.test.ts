import {
  isCorrect,
  isCorrectInvoice,
  startFaultServer,
  type FaultServer,
  type FaultSpec,
} from '@holdfast/chaos'
import { Events } from '@holdfast/core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'

import { CONTENDERS } from './demo/contenders.ts'
import { play } from './demo/contest.ts'
import { badDay, seconds } from './demo/day.ts'
import { keepMending, mendingLines, type Mended, type Way } from './demo/mending.ts'
import { model, questionOf } from './demo/model.ts'
import { CONTENDER_NAMES, type ContenderName } from './demo/names.ts'
import type { Score } from './demo/score.ts'
import { stripOf } from './demo/strip.ts'
import { tableOf } from './demo/table.ts'
import { withHoldfast } from './demo/with-holdfast.ts'
import { workloadOf } from './demo/workload.ts'

// The demo's own day, but short, and with users who leave early.
const SEED = 11
const LENGTH_MS = 2_000
const day = badDay(SEED, LENGTH_MS, seconds(13))

let scores: Record<ContenderName, Score>

beforeAll(async () => {
  const questions = workloadOf(SEED, LENGTH_MS)
  const played: [ContenderName, Score][] = []
  // One after the other: in one thread each would wait while another one is busy, and users are not patient here.
  for (const name of CONTENDER_NAMES)
    played.push([name, await play(CONTENDERS[name], day, questions, () => {})])
  scores = Object.fromEntries(played) as typeof scores
}, 60_000)

describe('a bad day', () => {
  it('is scored in shares of all calls, by what users saw and servers counted', () => {
    for (const score of Object.values(scores)) {
      const { correct, failed, degraded, stale, silentlyWrong } = score
      expect(correct + failed + degraded + stale + silentlyWrong).toBeCloseTo(1)
      expect(score.calls).toBe(workloadOf(SEED, LENGTH_MS).length)
      expect(score.upstreamPerCall).toBeGreaterThan(0)
      expect(score.p50Ms).toBeLessThanOrEqual(score.p95Ms)
      expect(score.p95Ms).toBeLessThanOrEqual(score.p99Ms)
      expect(score.wastedTokens).toBeGreaterThanOrEqual(0)
      expect(score.costPerSuccess).toBeGreaterThan(0)
    }
    expect(Object.keys(JSON.parse(JSON.stringify(scores.holdfast)) as object)).toStrictEqual([
      'calls',
      'correct',
      'failed',
      'degraded',
      'stale',
      'silentlyWrong',
      'upstreamPerCall',
      'p50Ms',
      'p95Ms',
      'p99Ms',
      'wastedTokens',
      'costPerSuccess',
      'timeline',
    ])
  })

  it('holdfast answers more than the others, with fewer requests, and is never silently wrong', () => {
    const { asTheyCome, handWritten, holdfast } = scores
    expect(holdfast.silentlyWrong).toBe(0)
    expect(holdfast.correct).toBeGreaterThan(asTheyCome.correct)
    expect(holdfast.correct).toBeGreaterThanOrEqual(handWritten.correct)
    expect(holdfast.upstreamPerCall).toBeLessThan(asTheyCome.upstreamPerCall)
    expect(holdfast.upstreamPerCall).toBeLessThan(handWritten.upstreamPerCall)
  })

  it('leaves a timeline of fallback and breaker, and none where there are no policies', () => {
    expect(scores.handWritten.timeline).toStrictEqual([])
    expect(scores.holdfast.timeline).toContainEqual(
      expect.objectContaining({ type: 'fallback:taken', target: 'claude' }),
    )
    const times = scores.holdfast.timeline.map(({ atMs }) => atMs)
    expect(times).toStrictEqual(times.toSorted((a, b) => a - b))
  })

  it('is printed as a table and a strip whose lines are equally long', () => {
    const lengths = (text: string): number[] => text.split('\n').map((line) => line.length)
    expect(new Set(lengths(tableOf(scores))).size).toBe(1)
    const strip = stripOf(day.spans, scores.holdfast.timeline, LENGTH_MS).split('\n').slice(0, -1)
    expect(new Set(strip.map((line) => line.length)).size).toBe(1)
    expect(strip.length).toBeGreaterThan(1)
  })

  it('the same seed gives the same day and the same questions; another seed others', () => {
    expect(badDay(SEED, LENGTH_MS, seconds(13))).toStrictEqual(day)
    expect(workloadOf(SEED, 1_000)).toStrictEqual(workloadOf(SEED, 1_000))
    expect(workloadOf(SEED + 1, 1_000)).not.toStrictEqual(workloadOf(SEED, 1_000))
  })
})

describe('what holdfast does about a bad answer', () => {
  const servers: FaultServer[] = []
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

  /** The app, where the first attempt of each question meets a fault; with real seconds, for nothing here must be late. */
  const appMeeting = async (
    fault: FaultSpec,
    events: Events,
  ): Promise<ReturnType<typeof withHoldfast>> => {
    const behind = { keyOf: questionOf, answer: model }
    const openai = await startFaultServer(
      { phases: [{ faults: [{ ...fault, attempts: 1 }] }] },
      behind,
    )
    const anthropic = await startFaultServer({ phases: [] }, behind)
    servers.push(openai, anthropic)
    const places = {
      openai: { apiKey: 'none', baseURL: `${openai.url}/v1` },
      anthropic: { apiKey: 'none', baseURL: anthropic.url },
    }
    return withHoldfast(places, events, (count) => count * 1_000)
  }
  const ask = (wanted: string): string =>
    workloadOf(SEED, 5_000).find(({ route }) => route === wanted)?.prompt ?? ''

  it.each<[FaultSpec, Way]>([
    [{ fault: 'wrong-schema' }, 'json:reasked'],
    [{ fault: 'truncated' }, 'truncation:continued'],
    [{ fault: 'refusal' }, 'refusal:routed'],
  ])(
    'an invoice that meets %o is right all the same, and its price is told',
    async (fault, way) => {
      const events = new Events()
      const mending = keepMending(events)
      const app = await appMeeting(fault, events)
      const prompt = ask('extract')
      const { answer } = await app.extract(prompt, AbortSignal.timeout(10_000))
      expect(isCorrectInvoice(prompt, answer)).toBe(true)
      const { [way]: own, ...others } = mending()
      expect(own.times).toBe(1)
      expect(own.tokens).toBeGreaterThan(0)
      expect(own.usd).toBeGreaterThan(0)
      expect(Object.values<Mended>(others).map(({ times }) => times)).toStrictEqual([0, 0])
      expect(mendingLines(mending()).split('\n')).toHaveLength(3)
    },
  )

  it('a stream that is cut in the middle leaves one whole answer on the page', async () => {
    const app = await appMeeting({ fault: 'cut', at: 'body' }, new Events())
    const prompt = ask('stream')
    const { answer } = await app.stream(prompt, AbortSignal.timeout(10_000))
    expect(isCorrect(prompt, answer as string)).toBe(true)
  })
})
