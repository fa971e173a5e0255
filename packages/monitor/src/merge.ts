import type { MonitorState } from './metrics.ts'
import { Tally, type TallyState } from './tally.ts'

const mergeTallies = <T extends TallyState>(
  states: readonly Readonly<Record<string, T>>[],
): Record<string, TallyState> => {
  const merged = new Map<string, Tally>()
  for (const [name, state] of states.flatMap((one) => Object.entries(one))) {
    const tally = merged.get(name)
    if (tally === undefined) merged.set(name, Tally.from(state))
    else tally.merge(Tally.from(state))
  }
  return Object.fromEntries([...merged].map(([name, tally]) => [name, tally.toJSON()]))
}

const SEVERITY = ['closed', 'half-open', 'open'] as const

/**
 * Adds up what several processes know: counts and percentiles merge without loss. Of a circuit the worst state is
 * told; budgets are added up, for each process has its own.
 */
export const mergeStates = (states: readonly MonitorState[]): MonitorState => {
  const routes = mergeTallies(states.map((state) => state.routes))
  const circuits = new Map<string, MonitorState['circuits'][string]>()
  const budgets = new Map<string, MonitorState['budgets'][string]>()
  for (const state of states) {
    for (const [key, circuit] of Object.entries(state.circuits)) {
      const known = circuits.get(key)
      if (known === undefined || SEVERITY.indexOf(circuit.state) > SEVERITY.indexOf(known.state))
        circuits.set(key, circuit)
    }
    for (const [key, budget] of Object.entries(state.budgets)) {
      const known = budgets.get(key) ?? { spentUsd: 0, limitUsd: 0, leftUsd: 0 }
      const spentUsd = known.spentUsd + budget.spentUsd
      const limitUsd = known.limitUsd + budget.limitUsd
      const spentShare = limitUsd === 0 ? 1 : spentUsd / limitUsd
      const leftUsd = known.leftUsd + budget.leftUsd
      budgets.set(key, { spentUsd, limitUsd, leftUsd, spentShare })
    }
  }
  return {
    at: Math.max(0, ...states.map(({ at }) => at)),
    windowMs: Math.max(0, ...states.map(({ windowMs }) => windowMs)),
    routes: Object.fromEntries(
      Object.entries(routes).map(([name, tally]) => {
        const total = (of: 'inFlight' | 'queued'): number =>
          states.reduce((sum, state) => sum + (state.routes[name]?.[of] ?? 0), 0)
        return [name, { ...tally, inFlight: total('inFlight'), queued: total('queued') }]
      }),
    ),
    targets: mergeTallies(states.map((state) => state.targets)),
    circuits: Object.fromEntries(circuits),
    budgets: Object.fromEntries(budgets),
    stacked: [...new Set(states.flatMap(({ stacked }) => stacked))],
    alerts: states.flatMap(({ alerts }) => alerts),
  }
}
