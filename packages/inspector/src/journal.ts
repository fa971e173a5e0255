import { systemClock, systemRandom, type AnyEvent, type Events } from '@holdfast/core'
import type { Alert, AttemptEntry, CallEntry, Monitor } from '@holdfast/monitor'

import { Limits } from './limits.ts'
import { concernsAll, sentenceOf, type Told } from './marks.ts'
import { Ring } from './ring.ts'
import { Running } from './running.ts'
import { Sample } from './sample.ts'
import { Seconds } from './seconds.ts'
import { isEventful, isUnsettled, seenCall, withAttempt } from './see.ts'
import type { Moment, Now, Point, Recording, SeenCall, Tick } from './seen.ts'
import { Targets } from './targets.ts'

/** How many calls are shown of those that end within one tick: of the eventful ones, and of the plain ones. */
const EVENTFUL_PER_TICK = 12
const PLAIN_PER_TICK = 8
const MAX_POINTS = 900
const MAX_MOMENTS = 200
const MAX_ALERTS = 50
/** Calls with attempts that still run after their end: hedges that lost, mostly. */
const MAX_UNSETTLED = 1_000

/** Remembers what happened, within bounds, and says so tick by tick. */
export class Journal {
  readonly #watch: Monitor
  readonly #prompts: boolean
  readonly #running = new Running()
  readonly #limits = new Limits()
  readonly #targets = new Targets()
  readonly #seconds = new Seconds(systemRandom)
  readonly #eventful = new Sample<SeenCall>(EVENTFUL_PER_TICK, systemRandom)
  readonly #plain = new Sample<SeenCall>(PLAIN_PER_TICK, systemRandom)
  readonly #calls: Ring<SeenCall>
  readonly #points = new Ring<Point>(MAX_POINTS)
  readonly #moments = new Ring<Moment>(MAX_MOMENTS)
  readonly #alerts = new Ring<Alert>(MAX_ALERTS)
  readonly #unsettled = new Map<string, SeenCall>()
  #changed: SeenCall[] = []
  #latest: AnyEvent | undefined
  #seq = 0

  constructor(watch: Monitor, { prompts, maxCalls }: { prompts: boolean; maxCalls: number }) {
    this.#watch = watch
    this.#prompts = prompts
    this.#calls = new Ring(maxCalls)
  }

  /** Begins to listen to the monitor; the returned function stops. */
  attach(): () => void {
    const stops = [
      this.#watch.on('call', (call) => this.#ended(call)),
      this.#watch.on('attempt', (attempt) => this.#settled(attempt)),
      this.#watch.alerts.on('fired', (alert) => this.#alerts.push(alert)),
      this.#watch.alerts.on('resolved', (alert) => this.#alerts.push(alert)),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Listens to a pipeline; the returned function stops. A monitor that hears of a call's end must have been there first. */
  hear(events: Events): () => void {
    const listener = (event: AnyEvent): void => this.#happened(event)
    events.on('*', listener)
    return () => void events.off('*', listener)
  }

  /** What is new since the last time. */
  tick(): Tick {
    const offered = this.#eventful.offered + this.#plain.offered
    const calls = [...this.#eventful.take(), ...this.#plain.take()].toSorted(
      (a, b) => a.seq - b.seq,
    )
    this.#calls.push(...calls)
    const changed = this.#renew()
    return {
      at: systemClock.wall(),
      running: { count: this.#running.size, longest: this.#running.longest() },
      calls,
      changed,
      unshown: offered - calls.length,
    }
  }

  /** The second that is over. */
  second(): { point: Point; now: Now } {
    const point = {
      at: systemClock.wall(),
      running: this.#running.size,
      routes: this.#seconds.take(),
    }
    this.#points.push(point)
    return { point, now: this.#now() }
  }

  /** All that is remembered. */
  recording(): Recording {
    return {
      holdfast: 'inspector',
      version: 1,
      at: systemClock.wall(),
      live: true,
      prompts: this.#prompts,
      calls: this.#calls.items(),
      points: this.#points.items(),
      now: this.#now(),
    }
  }

  #now(): Now {
    return {
      snapshot: this.#watch.snapshot(),
      targets: this.#targets.seen(),
      limits: this.#limits.seen(systemClock.wall()),
      moments: this.#moments.items(),
      alerts: this.#alerts.items(),
    }
  }

  #happened(event: AnyEvent): void {
    this.#targets.note(event)
    if (this.#again(event)) return
    if (event.type === 'call:started') return this.#running.start(event)
    if (event.type === 'call:succeeded' || event.type === 'call:failed') {
      this.#targets.know(event.call.health)
      this.#running.end(event.callId)
      return this.#limits.end(event.callId)
    }
    this.#running.note(event)
    this.#limits.note(event)
    if (concernsAll(event.type)) this.#moment(event)
  }

  /** A pipeline inside another one tells both of them, one right after the other. */
  #again(event: AnyEvent): boolean {
    const latest = this.#latest
    this.#latest = event
    return (
      latest !== undefined &&
      latest.type === event.type &&
      latest.callId === event.callId &&
      latest.route !== event.route &&
      sentenceOf(latest) === sentenceOf(event)
    )
  }

  #moment(event: AnyEvent): void {
    const { at, type } = event
    const { key = event.target ?? event.route } = event as unknown as Told
    const { last } = this.#moments
    // Circuits are drawn over time: of them each moment counts.
    if (last?.type === type && last.key === key && !type.startsWith('circuit:'))
      this.#moments.amend({ ...last, at, times: last.times + 1 })
    else this.#moments.push({ at, type, key, text: sentenceOf(event), times: 1 })
  }

  #ended(call: CallEntry): void {
    this.#seconds.add(call)
    const sample = isEventful(call) ? this.#eventful : this.#plain
    sample.offer(() => {
      const known = this.#running.of(call.callId)
      const seen = seenCall(call, ++this.#seq, { ...known, prompts: this.#prompts })
      if (seen.attempts.some(isUnsettled)) this.#await(seen)
      return seen
    })
  }

  #await(call: SeenCall): void {
    if (this.#unsettled.size >= MAX_UNSETTLED)
      this.#unsettled.delete(this.#unsettled.keys().next().value as string)
    this.#unsettled.set(call.callId, call)
  }

  #settled(attempt: AttemptEntry): void {
    const call = this.#unsettled.get(attempt.callId)
    if (call === undefined) return
    const renewed = withAttempt(call, attempt)
    this.#changed.push(renewed)
    if (renewed.attempts.some(isUnsettled)) this.#unsettled.set(attempt.callId, renewed)
    else this.#unsettled.delete(attempt.callId)
  }

  #renew(): SeenCall[] {
    const changed = this.#changed
    if (changed.length === 0) return changed
    this.#changed = []
    const bySeq = new Map(changed.map((call) => [call.seq, call]))
    this.#calls.renew((call) => bySeq.get(call.seq) ?? call)
    return [...bySeq.values()]
  }
}
