import type { Clock } from '@holdfast/core'

import { Emitter } from '../emitter.ts'
import type { Alert, AlertRule, Finding } from './alert.ts'
import { find, type Watched } from './find.ts'

/** How often the rules are looked at while something happens, in milliseconds. */
export const EVERY_MS = 5_000
/** An event that is an alarm in itself is looked at at once, but not more often than this. */
const URGENT_MS = 1_000

/** What alerts tell. */
export interface AlertEvents {
  fired: Alert
  resolved: Alert
}

/** One finding of one rule, from when it was first made until its alert is resolved. */
interface Tracked {
  readonly rule: AlertRule
  since: number
  lastSeen: number
  alert: Alert | undefined
}

/** Looks at the rules now and then, and tells once when an alert begins and once when it is over. */
export class Alerts extends Emitter<AlertEvents> {
  readonly #rules: readonly AlertRule[]
  readonly #watched: Watched
  readonly #clock: Clock
  readonly #tracked = new Map<string, Tracked>()
  #lookedAt = -Infinity
  #cancel: (() => void) | undefined
  #closed = false

  constructor(rules: readonly AlertRule[], watched: Watched, clock: Clock) {
    super()
    this.#rules = rules
    this.#watched = watched
    this.#clock = clock
  }

  /** Those that are firing now, oldest first. */
  get firing(): readonly Alert[] {
    return [...this.#tracked.values()]
      .flatMap(({ alert }) => alert ?? [])
      .toSorted((a, b) => a.firedAt - b.firedAt)
  }

  /** Something happened at `now`: time to look? */
  happened(now: number): void {
    if (now - this.#lookedAt >= EVERY_MS) this.look(now)
  }

  /** Something happened that may be an alarm in itself. */
  urgent(now: number): void {
    if (now - this.#lookedAt >= URGENT_MS) this.look(now)
    else this.#arm()
  }

  /** Looks at all rules now. */
  look(now: number = this.#clock.now()): void {
    this.#lookedAt = now
    const seen = new Set<string>()
    for (const rule of this.#rules)
      for (const finding of find(rule.when, this.#watched, now)) {
        const id = `${rule.name}\n${finding.key}`
        seen.add(id)
        this.#found(id, rule, finding, now)
      }
    for (const [id, tracked] of this.#tracked) if (!seen.has(id)) this.#gone(id, tracked, now)
    // Without a call nobody would look: what is pending must fire, what is over must be resolved.
    if (this.#tracked.size > 0) this.#arm()
  }

  close(): void {
    this.#closed = true
    this.#cancel?.()
  }

  #found(id: string, rule: AlertRule, { key, value }: Finding, now: number): void {
    let tracked = this.#tracked.get(id)
    if (tracked === undefined)
      this.#tracked.set(id, (tracked = { rule, since: now, lastSeen: now, alert: undefined }))
    tracked.lastSeen = now
    if (tracked.alert !== undefined || now - tracked.since < rule.holdMs) return
    tracked.alert = {
      rule: rule.name,
      key,
      severity: rule.severity,
      summary: rule.summary.replaceAll('{key}', () => key).replaceAll('{value}', told(rule, value)),
      value,
      firedAt: this.#clock.wall(),
      resolvedAt: undefined,
    }
    this.emit('fired', tracked.alert)
  }

  #gone(id: string, { rule, lastSeen, alert }: Tracked, now: number): void {
    if (alert !== undefined && now - lastSeen < rule.keepMs) return
    this.#tracked.delete(id)
    if (alert !== undefined) this.emit('resolved', { ...alert, resolvedAt: this.#clock.wall() })
  }

  #arm(): void {
    if (this.#closed || this.#cancel !== undefined) return
    const look = (): void => {
      this.#cancel = undefined
      this.look()
    }
    // In the background: an alert that fires must not keep a batch job from its end.
    this.#cancel = this.#clock.after(EVERY_MS, look, true)
  }
}

const told = ({ when }: AlertRule, value: number): string =>
  when.kind === 'error-rate' || when.kind === 'budget-spent'
    ? `${(value * 100).toFixed(1)} %`
    : value.toFixed(1)
