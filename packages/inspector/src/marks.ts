import type { AnyEvent, Fault } from '@holdfast/core'

import type { Mark } from './seen.ts'

/** What the policies tell, as far as it is read here: an inspector knows no policy package, only these shapes. */
export interface Told {
  readonly key?: string
  readonly fault?: Fault
  readonly delayMs?: number
  readonly afterMs?: number
  readonly openMs?: number
  readonly waitedMs?: number
  readonly pauseMs?: number
  readonly ageMs?: number
  readonly waiting?: number
  readonly reason?: string
  readonly because?: string
  readonly target?: string
  readonly from?: string
  readonly to?: string
  readonly by?: string
  readonly way?: string
  readonly kind?: string
  readonly shown?: number
  readonly neededUsd?: number
  readonly leftUsd?: number
}

const why = (fault: Fault | undefined): string => (fault === undefined ? '' : `: ${fault.kind}`)

/** 850 → "850 ms", 12_345 → "12.3 s". */
const duration = (ms = 0): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`

const after = (ms: number | undefined): string =>
  ms === undefined ? '' : `, again in ${duration(ms)}`

/** What happened, in the words of whoever looks at it. What is not named here is told by its type alone. */
const SENTENCES: Readonly<Record<string, (told: Told) => string>> = {
  'retry:scheduled': ({ delayMs, fault }) => `retry waits ${duration(delayMs)}${why(fault)}`,
  'retry:exhausted': ({ reason, fault }) => `no further retry (${reason})${why(fault)}`,
  'fallback:taken': ({ from, to, fault }) => `${from} → ${to}${why(fault)}`,
  'fallback:audited': ({ from, to, fault }) => `${from} → ${to}, for the audit${why(fault)}`,
  'fallback:skipped': ({ target, reason }) => `${target} passed over: ${reason}`,
  'fallback:last-option': ({ target }) => `${target} is the last option`,
  'call:degraded': ({ fault }) => `a stand-in is served${why(fault)}`,
  'circuit:opened': ({ key, fault, openMs }) =>
    `circuit of ${key} opened for ${duration(openMs)}${why(fault)}`,
  'circuit:half-opened': ({ key }) => `circuit of ${key} lets a probe through`,
  'circuit:closed': ({ key }) => `circuit of ${key} closed`,
  'circuit:rejected': ({ key }) => `circuit of ${key} is open: not sent`,
  'limit:queued': ({ key, waiting }) => `queued at ${key}, ${waiting} waiting`,
  'limit:admitted': ({ key, waitedMs }) => `waited ${duration(waitedMs)} at ${key}`,
  'limit:rejected': ({ key, reason }) => `turned away at ${key} (${reason})`,
  'limit:paused': ({ key, pauseMs }) => `${key} paused for ${duration(pauseMs)}`,
  'hedge:started': ({ to, afterMs }) => `late after ${duration(afterMs)}: hedged to ${to}`,
  'hedge:decided': ({ by }) => `${by} answered first`,
  'cache:hit': ({ ageMs }) => `answer of ${duration(ageMs)} ago`,
  'cache:missed': () => 'not in the cache',
  'cache:stale-served': ({ ageMs, fault }) => `stale answer of ${duration(ageMs)} ago${why(fault)}`,
  'refusal:routed': ({ way, by }) => `refused (by ${by}): ${way}`,
  'stream:interrupted': ({ shown, fault }) => `stream broke after ${shown} characters${why(fault)}`,
  'stream:continued': ({ kind, shown }) => `stream goes on (${kind}) after ${shown} characters`,
  'stream:given-up': ({ because, fault }) => `stream given up (${because})${why(fault)}`,
  'budget:exhausted': ({ key, neededUsd = 0, leftUsd = 0 }) =>
    `budget ${key}: needs $${neededUsd.toFixed(4)}, $${leftUsd.toFixed(4)} left`,
  'fetch:stacked-retries': () => 'the SDK around it retries too',
}

/** What an event tells, in a sentence. */
export const sentenceOf = (event: AnyEvent): string => {
  const told = event as unknown as Told
  const sentence = SENTENCES[event.type]?.(told)
  if (sentence !== undefined) return sentence
  return `${event.type.replace(':', ' ')}${why(told.fault)}${after(told.delayMs)}`
}

/** The event as it stands in the story of its call, which began at `startedAt`. */
export const markOf = (event: AnyEvent, startedAt: number): Mark => {
  const { delayMs, waitedMs } = event as unknown as Told
  const atMs = Math.max(0, event.at - startedAt)
  const text = sentenceOf(event)
  const { type } = event
  if (waitedMs !== undefined)
    return { atMs: Math.max(0, atMs - waitedMs), type, text, lastsMs: waitedMs }
  return delayMs === undefined ? { atMs, type, text } : { atMs, type, text, lastsMs: delayMs }
}

/** Of interest to more than the call that it happened to. */
export const concernsAll = (type: string): boolean =>
  /^(?:circuit:(?:opened|half-opened|closed)|limit:(?:paused|rejected)|budget:(?:exhausted|unpriced)|fetch:stacked-retries|cache:(?:store|refresh)-failed)$/.test(
    type,
  )

/** Too frequent to be told call by call. */
export const isNoise = (type: string): boolean =>
  type.startsWith('attempt:') || type === 'budget:debited' || type === 'limit:queued'
