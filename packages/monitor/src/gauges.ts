import type { FaultKind } from '@holdfast/core'

import { PERIOD_MS } from './cost-budget/options.ts'
import type { BudgetDebited } from './heard.ts'

/** What is known of one circuit. */
export interface CircuitGauge {
  readonly state: 'closed' | 'half-open' | 'open'
  /** How long it has been so, in milliseconds. */
  readonly forMs: number
  /** The fault that opened it, while it is not closed. */
  readonly fault: FaultKind | undefined
  readonly timesOpened: number
  /** How long it was not closed, in milliseconds, since the monitor began to watch. */
  readonly openMs: number
}

/** What is known of one cost budget. */
export interface BudgetGauge {
  readonly spentUsd: number
  readonly limitUsd: number
  readonly leftUsd: number
  /** 0 to 1, and a little more where an estimate was too low. */
  readonly spentShare: number
}

interface Circuit {
  state: CircuitGauge['state']
  since: number
  fault: FaultKind | undefined
  timesOpened: number
  openMs: number
}

/** Keys remembered of each kind; the one that changed longest ago goes first. */
const MAX_KEYS = 1_000

const PERIODS = Object.entries(PERIOD_MS)

const remember = <T>(map: Map<string, T>, key: string, value: T): T => {
  map.delete(key)
  if (map.size >= MAX_KEYS) map.delete(map.keys().next().value as string)
  map.set(key, value)
  return value
}

/** A tenant may have a budget for the minute and another one for the day. */
const nameOf = ({ key, periodMs }: BudgetDebited): string => {
  const per = PERIODS.find(([, ms]) => ms === periodMs)?.[0] ?? `${periodMs / 1_000} s`
  return `${key === '' ? 'all' : key} per ${per}`
}

/** What is so just now, as the events tell it: circuits and budgets. */
export class Gauges {
  readonly #circuits = new Map<string, Circuit>()
  readonly #budgets = new Map<string, BudgetDebited & { readonly at: number }>()

  circuit(key: string, state: Circuit['state'], now: number, fault?: FaultKind): void {
    const circuit = this.#circuits.get(key) ?? {
      state: 'closed',
      since: now,
      fault: undefined,
      timesOpened: 0,
      openMs: 0,
    }
    // A pipeline inside another one tells both of them.
    if (circuit.state === state && this.#circuits.has(key)) return
    if (circuit.state !== 'closed') circuit.openMs += now - circuit.since
    if (state === 'open') {
      circuit.timesOpened++
      circuit.fault = fault
    }
    if (state === 'closed') circuit.fault = undefined
    circuit.state = state
    circuit.since = now
    remember(this.#circuits, key, circuit)
  }

  budget(debited: BudgetDebited, now: number): void {
    remember(this.#budgets, nameOf(debited), { ...debited, at: now })
  }

  circuits(now: number): Record<string, CircuitGauge> {
    return Object.fromEntries(
      [...this.#circuits].map(([key, { since, openMs, ...circuit }]) => {
        const forMs = now - since
        return [
          key,
          { ...circuit, forMs, openMs: openMs + (circuit.state === 'closed' ? 0 : forMs) },
        ]
      }),
    )
  }

  budgets(now: number): Record<string, BudgetGauge> {
    return Object.fromEntries(
      [...this.#budgets].map(([key, { spentUsd, limitUsd, at, periodMs }]) => {
        // Nothing was debited since: what was spent then counts no more.
        const spent = now - at >= periodMs ? 0 : spentUsd
        // Of a budget of nothing, nothing is left.
        const spentShare = limitUsd === 0 ? 1 : spent / limitUsd
        const leftUsd = Math.max(0, limitUsd - spent)
        return [key, { spentUsd: spent, limitUsd, leftUsd, spentShare }]
      }),
    )
  }
}
