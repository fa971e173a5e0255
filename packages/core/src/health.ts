import type { Context } from './context.ts'
import { latency, type Latency } from './latency.ts'
import { integer, resolveOptions } from './options.ts'
import { PerKey } from './per-key.ts'

export type HealthState = 'healthy' | 'degraded' | 'open' | 'banned'

/** What is known of one target. Each policy writes its own column and reads the others'. */
export interface TargetHealth {
  state: HealthState
  /** Monotonic milliseconds from which an open or banned target may be tried again. */
  until: number
  /** How many more requests it can take now; `Infinity` when nobody limits it. */
  capacity: number
  /** Monotonic milliseconds from which a target without capacity can take one again. */
  capacityAt: number
  p95FirstContentMs: number | undefined
  p95TotalMs: number | undefined
}

export interface HealthOptions {
  /** Targets remembered; the longest unused healthy and idle one leaves first. @default 1_000 */
  readonly maxTargets?: number
}

/** What policies know of the targets; share the value between pipelines to share the knowledge. */
export interface Health {
  /** The entry of a target, made on first use. */
  of(id: string): TargetHealth
  /** May it be sent a request? An open one may once its time has come: the breaker then lets a probe through. */
  isReady(id: string, now: number): boolean
  /** Learns how long a target takes to its first content and to its end, in milliseconds: the p95 columns. */
  observe(id: string, phase: 'firstContent' | 'total', ms: number): void
  /** To be called after an entry was written: wakes those who wait. */
  changed(): void
  /** Resolves with the first of `ids` that can take a request; waiters are served in order of deadline. */
  whenReady(
    ids: readonly string[],
    ctx: Pick<Context, 'clock' | 'scope' | 'deadline'>,
  ): Promise<string>
  /** A deep copy of all entries, for a status page. */
  snapshot(): Record<string, TargetHealth>
}

const fresh = (): TargetHealth => ({
  state: 'healthy',
  until: 0,
  capacity: Infinity,
  capacityAt: Infinity,
  p95FirstContentMs: undefined,
  p95TotalMs: undefined,
})

interface Waiter {
  readonly deadline: number
  /** Is there one now? If not, waits for the first that may be. */
  look(): void
}

/** Makes a health view: bounded, no timer unless somebody waits. */
export const health = (options?: HealthOptions): Health => {
  const { maxTargets } = resolveOptions<Required<HealthOptions>>(
    'health',
    options,
    { maxTargets: 1_000 },
    { maxTargets: integer(1) },
  )
  /** The time as whoever asked last knows it. */
  let latest = 0
  // Who is full or shunned is remembered; but nobody has come to ask after an old break since it was over.
  const idle = ({ state, until, capacity }: TargetHealth): boolean =>
    capacity > 0 && (state === 'healthy' || until < latest)
  const entries = new PerKey(maxTargets, fresh, idle)
  const waiters: Waiter[] = []
  const latencies = new WeakMap<TargetHealth, Record<'firstContent' | 'total', Latency>>()

  const of = (id: string): TargetHealth => entries.of(id)
  const observe: Health['observe'] = (id, phase, ms) => {
    const entry = of(id)
    let learned = latencies.get(entry)
    if (learned === undefined)
      latencies.set(entry, (learned = { firstContent: latency(), total: latency() }))
    const p95 = learned[phase].add(ms)
    if (phase === 'firstContent') entry.p95FirstContentMs = p95
    else entry.p95TotalMs = p95
  }
  const isReady = (id: string, now: number): boolean => {
    latest = Math.max(latest, now)
    const entry = entries.find(id)
    if (entry === undefined) return true
    const { state, until, capacity, capacityAt } = entry
    return (
      (capacity > 0 || capacityAt <= now) &&
      (until <= now || state === 'healthy' || state === 'degraded')
    )
  }
  const changed = (): void => {
    // A copy: whoever is served leaves the list.
    for (const waiter of waiters.slice()) waiter.look()
  }

  /** When the first of them may be ready, while none is. */
  const soonest = (ids: readonly string[], now: number): number => {
    let first = Infinity
    for (const id of ids) {
      const { until = 0, capacityAt = 0 } = entries.find(id) ?? {}
      for (const time of [until, capacityAt]) if (time > now) first = Math.min(first, time)
    }
    return first
  }

  const whenReady: Health['whenReady'] = (ids, { clock, scope, deadline }) => {
    if (scope.aborted) return Promise.reject(scope.reason)
    return new Promise((resolve, reject) => {
      let dueAt = NaN
      let cancel = (): void => {}
      const leave = (): void => {
        cancel()
        stay()
        waiters.splice(waiters.indexOf(waiter), 1)
      }
      const waiter: Waiter = {
        deadline,
        look() {
          const now = clock.now()
          const ready = ids.find((id) => isReady(id, now))
          if (ready !== undefined) {
            leave()
            return resolve(ready)
          }
          const next = soonest(ids, now)
          if (next === dueAt) return
          cancel()
          dueAt = next
          cancel = clock.after(next - now, () => {
            // It may have fired early (T25).
            dueAt = NaN
            waiter.look()
          })
        },
      }
      const stay = scope.onAbort((reason) => {
        leave()
        reject(reason)
      })
      const place = waiters.findIndex((other) => other.deadline > deadline)
      waiters.splice(place === -1 ? waiters.length : place, 0, waiter)
      waiter.look()
    })
  }

  return {
    of,
    observe,
    isReady,
    changed,
    whenReady,
    snapshot: () => Object.fromEntries(entries.entries().map(([id, entry]) => [id, { ...entry }])),
  }
}
