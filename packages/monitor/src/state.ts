import type { Clock } from '@holdfast/core'

import type { Alert } from './alerts/alert.ts'
import type { Gauges } from './gauges.ts'
import type { MonitorState } from './metrics.ts'
import type { Recorder } from './recorder.ts'
import type { Series } from './series.ts'
import { sumOf, type TallyState } from './tally.ts'

/** What a monitor knows at this moment, as JSON. */
export const stateOf = (
  { routes, targets }: Recorder,
  {
    gauges,
    stacked,
    waiting,
    alerts,
  }: {
    readonly gauges: Gauges
    readonly stacked: ReadonlySet<string>
    readonly waiting: ReadonlyMap<string, number>
    readonly alerts: readonly Alert[]
  },
  clock: Clock,
  windowMs: number,
): MonitorState => {
  const now = clock.now()
  const recent = ({ recent: window }: Series): TallyState =>
    sumOf(window.between(now, windowMs)).toJSON()
  return {
    at: clock.wall(),
    windowMs,
    routes: Object.fromEntries(
      [...routes.entries()].map(([name, series]) => [
        name,
        { ...recent(series), inFlight: series.inFlight, queued: waiting.get(name) ?? 0 },
      ]),
    ),
    targets: Object.fromEntries(
      [...targets.entries()].map(([name, series]) => [name, recent(series)]),
    ),
    circuits: gauges.circuits(now),
    budgets: gauges.budgets(now),
    stacked: [...stacked],
    alerts,
  }
}
