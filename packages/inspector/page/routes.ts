import type { Snapshot } from '@holdfast/monitor'
import { html } from 'htm/preact'
import type { VNode } from 'preact'

import { count, ms, percent, usd } from './format.ts'

interface Props {
  readonly routes: Snapshot['routes']
  readonly chosen: string | undefined
  readonly onChoose: (field: string, value: string | undefined) => void
}

/** The routes over the window of the monitor; a click shows only the calls of one. */
export const Routes = ({ routes, chosen, onChoose }: Props): VNode =>
  html`<section class="panel">
    <h2>Routes <small>last 5 minutes</small></h2>
    <table>
      <thead>
        <tr>
          <th>route</th>
          <th>calls</th>
          <th>failed</th>
          <th>retried</th>
          <th title="fell back to another target">fell b.</th>
          <th>p50</th>
          <th>p95</th>
          <th>p99</th>
          <th title="dollars for a thousand answers, all attempts included">$/1k</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(routes).map(([name, route]) => {
          const faults = Object.entries(route.byFault).toSorted(
            ([, a], [, b]) => (b ?? 0) - (a ?? 0),
          )
          return html`<tr class=${name === chosen ? 'chosen' : ''}>
            <th>
              <button
                type="button"
                class="text"
                title=${name}
                onClick=${() => onChoose('route', name === chosen ? undefined : name)}
              >
                ${name}
              </button>
            </th>
            <td>${count(route.calls)}</td>
            <td
              class=${route.errorRate > 0.05 ? 'bad' : ''}
              title=${faults.map(([kind, times]) => `${times} × ${kind}`).join('\n')}
            >
              ${percent(route.errorRate)}
            </td>
            <td>${percent(route.retryRate)}</td>
            <td>${percent(route.fallbackRate)}</td>
            <td>${ms(route.latency.p50)}</td>
            <td>${ms(route.latency.p95)}</td>
            <td>${ms(route.latency.p99)}</td>
            <td>
              ${route.unpriced > 0 && route.costUsd === 0 ? '?' : usd((route.costPerSuccessUsd ?? 0) * 1_000)}
            </td>
          </tr>`
        })}
      </tbody>
    </table>
  </section>`
