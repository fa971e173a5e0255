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
  inFlight: number
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
  inFlight: 0,
  capacity: Infinity,
  capacityAt: Infinity,
  p95FirstContentMs: undefined,
  p95TotalMs: undefined,
})
const idle = (entry: TargetHealth): boolean => entry.state === 'healthy' && entry.inFlight === 0

interface Waiter {
  readonly deadline: number
  /** True when served. */
  attempt(): boolean
}

/** Makes a health view: bounded, no timer unless somebody waits. */
export const health = (options?: HealthOptions): Health => {
  const { maxTargets } = resolveOptions<Required<HealthOptions>>(
    'health',
    options,
    { maxTargets: 1_000 },
    { maxTargets: integer(1) },
  )
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
    const entry = entries.find(id)
    return (
      entry === undefined ||
      ((entry.capacity > 0 || entry.capacityAt <= now) &&
        (entry.until <= now || entry.state === 'healthy' || entry.state === 'degraded'))
    )
  }
  const changed = (): void => {
    for (let i = 0; i < waiters.length;)
      if (waiters[i]!.attempt()) waiters.splice(i, 1)
      else i++
  }

  const whenReady: Health['whenReady'] = (ids, { clock, scope, deadline }) => {
    const readyNow = (): string | undefined => ids.find((id) => isReady(id, clock.now()))
    if (scope.aborted) return Promise.reject(scope.reason)
    const ready = readyNow()
    if (ready !== undefined) return Promise.resolve(ready)
    return new Promise((resolve, reject) => {
      let cancel = (): void => {}
      const wake = (): void => {
        cancel()
        const now = clock.now()
        const soonest = Math.min(
          ...ids.flatMap((id) => [of(id).until, of(id).capacityAt]).filter((time) => time > now),
        )
        cancel = clock.after(soonest - clock.now(), () => {
          if (waiter.attempt()) waiters.splice(waiters.indexOf(waiter), 1)
          else wake()
        })
      }
      const waiter: Waiter = {
        deadline,
        attempt() {
          const id = readyNow()
          if (id === undefined) return false
          cancel()
          stay()
          resolve(id)
          return true
        },
      }
      const stay = scope.onAbort((reason) => {
        cancel()
        waiters.splice(waiters.indexOf(waiter), 1)
        reject(reason)
      })
      const place = waiters.findIndex((other) => other.deadline > deadline)
      waiters.splice(place === -1 ? waiters.length : place, 0, waiter)
      wake()
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
