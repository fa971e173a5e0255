import type { CallRecord, Context } from '@holdfast/core'

import { PERIOD_MS, type CostBudgetSettings } from './options.ts'
import { Purse } from './purse.ts'

/** Finds whose money a request spends. */
export class Purses {
  readonly #settings: CostBudgetSettings
  readonly #purses = new Map<string, Purse>()
  /** Per call: with the call it is forgotten. */
  readonly #ofCalls = new WeakMap<CallRecord, Map<string, Purse>>()

  constructor(settings: CostBudgetSettings) {
    this.#settings = settings
  }

  of(ctx: Context, key: string, now: number): Purse {
    const { per, usd } = this.#settings
    if (per !== 'call') return this.#find(this.#purses, key, PERIOD_MS[per], now)
    // What a call does in the background is on its bill, too.
    let { call } = ctx
    while (call.parent !== undefined) call = call.parent
    let purses = this.#ofCalls.get(call)
    if (purses === undefined) this.#ofCalls.set(call, (purses = new Map()))
    return this.#find(purses, key, Infinity, now, usd)
  }

  isIdle(now: number): boolean {
    return [...this.#purses.values()].every((purse) => purse.isIdle(now))
  }

  #find(
    purses: Map<string, Purse>,
    key: string,
    periodMs: number,
    now: number,
    usd: number = this.#settings.usd,
  ): Purse {
    let purse = purses.get(key)
    if (purse === undefined) {
      if (purses.size >= this.#settings.maxKeys) evict(purses, now)
      purses.set(key, (purse = new Purse(usd, periodMs)))
    }
    return purse
  }
}

/** Who has spent the least: a flood of new keys must not give an old one its money back. */
const evict = (purses: Map<string, Purse>, now: number): void => {
  let least: string | undefined
  let leastUsd = Infinity
  for (const [key, purse] of purses) {
    const usd = purse.limitUsd - purse.leftUsd(now)
    if (usd >= leastUsd) continue
    least = key
    leastUsd = usd
    if (usd === 0) break
  }
  if (least !== undefined) purses.delete(least)
}
