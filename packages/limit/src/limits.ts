import {
  ConfigurationError,
  PerKey,
  quote,
  readSnapshot,
  systemClock,
  takeSnapshot,
  type Clock,
  type Context,
  type Health,
} from '@holdfast/core'

import type { LimitMemory } from './allowance.ts'
import { readLimits } from './headers.ts'
import { Lane } from './lane.ts'
import { settingsOf, type LimitsOptions, type LimitsSettings } from './options.ts'
import { format, type LimitsSnapshot } from './snapshot.ts'

/** What is known of the limits of some keys; `admit` and `pace` share it, and so may pipelines. */
export interface Limits {
  /**
   * Tells it what the headers of an answer say. Answers and errors that show their headers are read by themselves;
   * an SDK that hands out the bare data (`create()` of openai) needs this, from within the provider function:
   * `limits.learn(ctx.target.id, response.headers)`.
   */
  learn(key: string, headers: unknown): void
  /** What was learned, as JSON that another process can `restore`. */
  snapshot(): LimitsSnapshot
  /** Takes over a snapshot, key by key. @throws ConfigurationError when it is none */
  restore(snapshot: LimitsSnapshot): void
}

/** The lanes behind a `Limits` value. */
export class Lanes {
  readonly settings: LimitsSettings
  readonly #lanes: PerKey<Lane>
  readonly #ofTarget = new Map<string, Lane>()
  /** The clock of the latest call. */
  clock: Clock = systemClock

  constructor(settings: LimitsSettings) {
    this.settings = settings
    const { maxKeys, perKey } = settings
    this.#lanes = new PerKey(
      maxKeys,
      (key) => new Lane(key, { ...settings, ...perKey[key] }, this.clock.now()),
      (lane) => lane.isIdle(this.clock.now()),
    )
  }

  /** The lane of a call, which tells this call's house how much it can take. */
  laneOf(ctx: Context): Lane {
    this.clock = ctx.clock
    const { id } = ctx.target
    const lane = this.#lanes.of(this.settings.key?.(ctx) ?? id)
    if (this.#ofTarget.get(id) !== lane) {
      if (this.#ofTarget.size >= this.settings.maxKeys) this.#ofTarget.clear()
      this.#ofTarget.set(id, lane)
    }
    lane.publishTo(ctx.health, id)
    return lane
  }

  /** The lane of a key, or of a target whose key is known by a call. */
  named(key: string): Lane {
    return this.#ofTarget.get(key) ?? this.#lanes.of(key)
  }

  has(lane: Lane | undefined): boolean {
    return lane !== undefined && this.#lanes.find(lane.key) === lane
  }

  memories(): (readonly [key: string, memory: LimitMemory])[] {
    return this.#lanes.entries().map(([key, lane]) => [key, lane.allowance.memory()])
  }

  /** How long the quickest of these targets may be expected to take, in ms; 0 while none is known. */
  expectedMs(ids: readonly string[]): number {
    let least = Infinity
    for (const id of ids) least = Math.min(least, this.#ofTarget.get(id)?.window.expectedMs ?? 0)
    return least === Infinity ? 0 : least
  }

  /** When one of these targets may be ready, as monotonic ms; not later than now while slots alone are wanting. */
  readyAt(ids: readonly string[], health: Health, now: number): number {
    let soonest = Infinity
    for (const id of ids) {
      const { state, until } = health.of(id)
      const waitMs = this.#ofTarget.get(id)?.waitMs(0, now) ?? 0
      const shunned = state === 'open' || state === 'banned' ? until : now
      soonest = Math.min(soonest, Math.max(shunned, waitMs === Infinity ? now : now + waitMs))
    }
    return soonest
  }
}

const LANES: unique symbol = Symbol.for('holdfast.lanes') as never

/**
 * The lanes of a limits value (of whichever copy of this package).
 *
 * @throws ConfigurationError when it is none
 */
export const lanesOf = (owner: string, limits: unknown): Lanes => {
  const lanes = (limits as { [LANES]?: Lanes } | null | undefined)?.[LANES]
  if (lanes !== undefined) return lanes
  throw new ConfigurationError(
    `${owner}: it must be given what limits() returned, got ${quote(limits)}`,
  )
}

/**
 * Limits of requests, tokens and concurrency per key: configured, and learned from what providers say.
 *
 * @example
 * const shared = limits({ maxConcurrent: 50 })
 * pipeline(call, [admit(shared, { targets }), fallback(targets), retry(), pace(shared)])
 * @throws ConfigurationError for an option that cannot be
 */
export const limits = (options?: LimitsOptions): Limits => {
  const lanes = new Lanes(settingsOf(options))
  const value: Limits = {
    learn(key, headers) {
      const { clock } = lanes
      const notes = readLimits(headers)
      if (notes === undefined) return
      const lane = lanes.named(key)
      lane.window.open()
      lane.allowance.learn(notes, clock.now())
      lane.changed(clock)
    },
    snapshot: () => takeSnapshot(format(), lanes.memories(), lanes.clock),
    restore(snapshot) {
      for (const [key, memory] of readSnapshot(format(), snapshot, lanes.clock)) {
        const lane = lanes.named(key)
        lane.allowance.recall(memory, lanes.clock.now())
        lane.changed(lanes.clock)
      }
    },
  }
  return Object.defineProperty(value, LANES, { value: lanes })
}
