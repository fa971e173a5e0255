import { html } from 'htm/preact'
import type { VNode } from 'preact'

import type { Now, SeenTarget } from '../src/seen.ts'
import { spansOf } from './circuits.ts'
import { count, ms, percent } from './format.ts'

interface Props {
  readonly now: Now
  readonly minutes: number
  readonly onChoose: (field: string, value: string | undefined) => void
}

const stateOf = (now: Now, id: string, target: SeenTarget | undefined): string => {
  const circuit = now.snapshot.circuits[id]
  if (target?.state === 'banned') return 'banned'
  if (circuit !== undefined && circuit.state !== 'closed') return circuit.state
  return target?.state ?? 'healthy'
}

const loadOf = (target: SeenTarget | undefined): string => {
  if (target === undefined) return '–'
  const { inFlight, capacity } = target
  return capacity === undefined
    ? String(inFlight)
    : `${inFlight} / ${inFlight + Math.floor(capacity)}`
}

/** The time in which a circuit was open, as a line over the minutes that the charts show. */
const History = ({
  now,
  id,
  minutes,
}: {
  readonly now: Now
  readonly id: string
  readonly minutes: number
}): VNode => {
  const to = now.snapshot.at
  const length = minutes * 60_000
  const place = (at: number): number => Math.max(0, 1 - (to - at) / length) * 100
  return html`<span class="history">
    ${spansOf(now.moments, id, to)
      .filter((span) => span.to > to - length)
      .map(
        ({ state, from, to: end }) =>
          html`<i
            class=${state}
            style=${{ left: `${place(from)}%`, width: `max(1px, ${place(end) - place(from)}%)` }}
          />`,
      )}
  </span>`
}

/** The targets: their circuits and how these moved, what they bear, how they answer. */
export const Targets = ({ now, minutes, onChoose }: Props): VNode => {
  const { circuits, targets } = now.snapshot
  const ids = [
    ...new Set([...Object.keys(now.targets), ...Object.keys(targets), ...Object.keys(circuits)]),
  ]
  return html`<section class="panel">
    <h2>
      Targets
      <small>circuits over ${minutes === 1 ? 'the last minute' : `${minutes} minutes`}</small>
    </h2>
    <table class="targets">
      <thead>
        <tr>
          <th>target</th>
          <th>state</th>
          <th>opened</th>
          <th title="in flight, of what it may be given">load</th>
          <th>attempts</th>
          <th>failed</th>
          <th>p95</th>
        </tr>
      </thead>
      <tbody>
        ${ids.map((id) => {
          const target = now.targets[id]
          const metrics = targets[id]
          const state = stateOf(now, id, target)
          const circuit = circuits[id]
          const left =
            target !== undefined && target.opensInMs > 0 ? ` ${ms(target.opensInMs)}` : ''
          return html`<tr>
              <th>
                <button
                  type="button"
                  class="text"
                  title=${id}
                  onClick=${() => onChoose('target', id)}
                >
                  ${id}
                </button>
              </th>
              <td class=${`state ${state}`} title=${circuit?.fault ?? ''}>
                ${state}${state === 'healthy' ? '' : left}
              </td>
              <td>${circuit === undefined ? '–' : `${circuit.timesOpened} ×`}</td>
              <td>${loadOf(target)}</td>
              <td>${metrics === undefined ? '–' : count(metrics.attempts)}</td>
              <td class=${metrics !== undefined && metrics.errorRate > 0.1 ? 'bad' : ''}>
                ${percent(metrics?.errorRate ?? 0)}
              </td>
              <td>${ms(metrics?.latency.p95)}</td>
            </tr>
            <tr class="under">
              <td colspan="7"><${History} now=${now} id=${id} minutes=${minutes} /></td>
            </tr>`
        })}
      </tbody>
    </table>
  </section>`
}
