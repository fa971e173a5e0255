import { systemClock, type Attempt, type Events } from '@holdfast/core'

import { Alerts } from './alerts/alerts.ts'
import { billOf, type Billing } from './bill.ts'
import { Emitter } from './emitter.ts'
import type { AttemptEntry, CallEntry } from './entry.ts'
import { Gauges } from './gauges.ts'
import type { Ended, Hearing } from './heard.ts'
import { attemptEntry, callEntry, type Kept } from './ledger.ts'
import type { MonitorState, Snapshot } from './metrics.ts'
import { settingsOf, type MonitorOptions } from './options.ts'
import { Recorder } from './recorder.ts'
import { Ring } from './ring.ts'
import { WINDOW_MS } from './series.ts'
import { snapshotOf } from './snapshot.ts'
import { stacksRetries, wasRetriedInside } from './stacked.ts'
import { stateOf } from './state.ts'
import { Stories } from './stories.ts'
import { Watched } from './watched.ts'

/** What a monitor tells: each call when it begins, each call and each attempt at its end. */
export interface MonitorEvents {
  /** While the caller is still on the stack. */
  started: { readonly callId: string; readonly route: string }
  call: CallEntry
  attempt: AttemptEntry
}

/** What can be watched: a handler, or the events that several pipelines share. */
export interface Watchable {
  readonly events: Events
  describe?(): { readonly name: string; readonly warnings: readonly string[] }
}

/** Watches pipelines: keeps their ledger, counts, alerts. */
export interface Monitor {
  /** Begins to watch; the returned function stops. What runs inside a watched pipeline is seen with it. */
  watch(handler: Watchable): () => void
  /** The metrics of the last five minutes, and what is so now. */
  snapshot(): Snapshot
  /** The same as JSON that can be merged with that of other processes: `snapshotOf(mergeStates(states))`. */
  state(): MonitorState
  /** The last calls, oldest first. */
  calls(): readonly CallEntry[]
  on<K extends keyof MonitorEvents>(
    type: K,
    listener: (event: MonitorEvents[K]) => void,
  ): () => void
  readonly alerts: Pick<Alerts, 'on' | 'firing' | 'look'>
  /** Stops watching and alerting. */
  close(): void
}

/**
 * Keeps the books of pipelines: what calls cost and why they failed, rates and percentiles, and alerts.
 *
 * @example
 * const watch = monitor({ prices: genaiPrices() })
 * watch.watch(chat)
 * watch.alerts.on('fired', ({ summary }) => console.error(summary))
 * watch.snapshot().overall.costPerSuccessUsd
 *
 * @throws ConfigurationError for an option that cannot be
 */
export const monitor = (options?: MonitorOptions): Monitor => {
  const settings = settingsOf(options)
  const { clock = systemClock } = settings
  const recorder = new Recorder(settings.maxSeries)
  const gauges = new Gauges()
  const stories = new Stories()
  const stacked = new Set<string>()
  const kept = new Ring<Kept>(settings.maxCalls)
  const told = new Emitter<MonitorEvents>()
  const alerts = new Alerts(settings.rules, { routes: recorder.routes, gauges, stacked }, clock)
  const billing: Billing = {
    prices: settings.prices,
    rules: settings.billing,
    expected: (target) => recorder.targets.of(target).expected,
  }

  let latest: Readonly<Attempt> | undefined
  let latestOutcome: Attempt['outcome'] | undefined
  const attemptEnded: Hearing['attempt:succeeded'] = (event) => {
    const { attemptRecord: attempt } = event
    // A pipeline inside another one tells both of them, one after the other.
    if (attempt === latest && attempt.outcome === latestOutcome) return
    latest = attempt
    latestOutcome = attempt.outcome
    // Read a moment ago, for the record: to read the clock again would be the dearest thing done here.
    const now = attempt.endedAt ?? clock.now()
    const earlier = recorder.attempt(attempt, event, billOf(attempt, event.at, billing), now)
    if (told.wants('attempt')) {
      const wasted = attempt.outcome !== 'succeeded'
      told.emit('attempt', attemptEntry(attempt, event, billing, { wasted, earlier }))
    }
  }
  const callEnded = (event: Ended): void => {
    const now = event.endedAt
    const call: Kept = { event, story: stories.end(event.callId) }
    // A thousand prompts would be a lot to keep.
    kept.push(
      event.request === undefined ? call : { ...call, event: { ...event, request: undefined } },
    )
    recorder.call(call, (attempt) => billOf(attempt, event.at, billing), now)
    if (told.wants('call')) told.emit('call', callEntry(call, billing))
    alerts.happened(now)
  }
  const circuit =
    (state: 'open' | 'half-open' | 'closed') =>
    (event: { readonly key: string; readonly fault?: { readonly kind: never } | undefined }) => {
      const now = clock.now()
      gauges.circuit(event.key, state, now, event.fault?.kind)
      alerts.urgent(now)
    }

  const hearing: Hearing = {
    'call:started': (event) => {
      recorder.started(event.route)
      if (told.wants('started')) told.emit('started', event)
    },
    'call:succeeded': callEnded,
    'call:failed': callEnded,
    'attempt:succeeded': attemptEnded,
    'attempt:failed': (event) => {
      if (wasRetriedInside(event.error)) stacked.add(event.route)
      attemptEnded(event)
    },
    'attempt:discarded': attemptEnded,
    'retry:scheduled': (event) => stories.retried(event),
    'fallback:taken': (event) => stories.fellBack(event),
    'fallback:last-option': (event) => stories.cameToLast(event),
    'limit:queued': (event) => stories.queued(event),
    'limit:admitted': (event) => stories.unqueued(event),
    'limit:rejected': (event) => stories.unqueued(event),
    'circuit:opened': circuit('open') as never,
    'circuit:half-opened': circuit('half-open'),
    'circuit:closed': circuit('closed'),
    'budget:debited': (event) => gauges.budget(event, clock.now()),
  }

  const watched = new Watched(hearing, (route) => recorder.unwatched(route))
  const state = (): MonitorState =>
    stateOf(
      recorder,
      { gauges, stacked, waiting: stories.waiting(), alerts: alerts.firing },
      clock,
      WINDOW_MS,
    )
  return {
    watch(handler) {
      const described = handler.describe?.()
      if (described !== undefined && stacksRetries(described.warnings)) stacked.add(described.name)
      return watched.add(handler.events, described?.name)
    },
    snapshot: () => snapshotOf(state()),
    state,
    calls: () => kept.items().map((call) => callEntry(call, billing)),
    on: (type, listener) => told.on(type, listener),
    alerts,
    close() {
      watched.close()
      alerts.close()
    },
  }
}
