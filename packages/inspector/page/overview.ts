import { html } from 'htm/preact'
import type { VNode } from 'preact'

import { Alerts, Budgets, Limits, Moments, RunningCalls } from './gauges.ts'
import { Routes } from './routes.ts'
import type { State } from './store.ts'
import { Targets } from './targets.ts'

interface Props {
  readonly state: State
  readonly minutes: number
  readonly route: string | undefined
  readonly onChoose: (field: string, value: string | undefined) => void
}

/** All that is not one call: alerts, routes, targets, budgets, limits, what runs, what happened. */
export const Overview = ({ state, minutes, route, onChoose }: Props): VNode => {
  const { now } = state
  return html`<aside aria-label="Overview">
    <${Alerts} firing=${now?.snapshot.alerts ?? []} history=${now?.alerts ?? []} />
    ${
      now !== undefined &&
      html`<${Routes} routes=${now.snapshot.routes} chosen=${route} onChoose=${onChoose} />
        <${Targets} now=${now} minutes=${minutes} onChoose=${onChoose} />
        <${Budgets} budgets=${now.snapshot.budgets} />
        <${Limits} limits=${now.limits} />`
    }
    ${state.link !== 'ended' && html`<${RunningCalls} running=${state.running} at=${state.at} />`}
    <${Moments} moments=${now?.moments ?? []} />
  </aside>`
}
