import type { Alert, Snapshot } from '@holdfast/monitor'
import { html } from 'htm/preact'
import type { VNode } from 'preact'

import type { Moment, Now } from '../src/seen.ts'
import { ms, timeOf, usd } from './format.ts'
import type { State } from './store.ts'

interface AlertsProps {
  readonly firing: readonly Alert[]
  readonly history: readonly Alert[]
}

/** What fires, and what did. */
export const Alerts = ({ firing, history }: AlertsProps): VNode => {
  const over = history
    .filter(({ resolvedAt }) => resolvedAt !== undefined)
    .toReversed()
    .slice(0, 3)
  return html`<section class="panel alerts" aria-live="polite">
    <h2>Alerts ${firing.length > 0 && html`<b>${firing.length}</b>`}</h2>
    ${firing.length === 0 && html`<p class="calm">None is firing.</p>`}
    <ul>
      ${firing
        .toReversed()
        .map(
          ({ rule, key, severity, summary, firedAt }) =>
            html`<li key=${`${rule} ${key}`} class=${severity} title=${summary}>
              <span class="time">${timeOf(firedAt)}</span><strong>${rule}</strong><span>${key}</span
              ><small>${summary}</small>
            </li>`,
        )}
      ${over.map(
        ({ rule, key, firedAt, resolvedAt }) =>
          html`<li class="over">
            <span class="time">${timeOf(resolvedAt ?? firedAt)}</span><strong>${rule}</strong
            ><span>${key}</span><small>over, after ${ms((resolvedAt ?? firedAt) - firedAt)}</small>
          </li>`,
      )}
    </ul>
  </section>`
}

/** What is spent of the budgets. */
export const Budgets = ({ budgets }: { readonly budgets: Snapshot['budgets'] }): VNode | '' =>
  Object.keys(budgets).length === 0
    ? ''
    : html`<section class="panel">
        <h2>Budgets</h2>
        <ul class="bars">
          ${Object.entries(budgets).map(([key, { spentUsd, limitUsd }]) => {
            const share = Math.min(1, spentUsd / limitUsd)
            return html`<li>
              <span>${key === '' ? 'all' : key}</span>
              <span class=${share > 0.8 ? 'bar bad' : 'bar'}
                ><i style=${{ width: `${share * 100}%` }}
              /></span>
              <span class="number">${usd(spentUsd)} of ${usd(limitUsd)}</span>
            </li>`
          })}
        </ul>
      </section>`

/** Who waits where. */
export const Limits = ({ limits }: { readonly limits: Now['limits'] }): VNode | '' =>
  Object.keys(limits).length === 0
    ? ''
    : html`<section class="panel">
        <h2>Limits</h2>
        <table>
          <thead>
            <tr>
              <th>limit</th>
              <th>waiting</th>
              <th>turned away</th>
              <th>paused for</th>
            </tr>
          </thead>
          <tbody>
            ${Object.entries(limits).map(
              ([key, { waiting, rejected, pausedForMs }]) =>
                html`<tr>
                  <th>${key}</th>
                  <td>${waiting}</td>
                  <td class=${rejected > 0 ? 'bad' : ''}>${rejected}</td>
                  <td>${pausedForMs > 0 ? ms(pausedForMs) : '–'}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </section>`

const SHOWN = 5

/** Those that have been running longest; the place for them stays, so that nothing jumps. */
export const RunningCalls = ({
  running,
  at,
}: {
  readonly running: State['running']
  readonly at: number
}): VNode => {
  const longest = running.longest.slice(0, SHOWN)
  return html`<section class="panel running">
    <h2>
      Running <small>${running.count > SHOWN ? `the longest of ${running.count}` : ''}</small>
    </h2>
    <ul>
      ${longest.map(
        ({ callId, route, startedAt, attempts, doing }) =>
          html`<li key=${callId}>
            <span>${route}</span
            ><span class="doing">${attempts > 1 ? `attempt ${attempts}: ` : ''}${doing}</span
            ><span class="number">${ms(at - startedAt)}</span>
          </li>`,
      )}
    </ul>
  </section>`
}

/** What happened that concerns more than one call, newest first. */
export const Moments = ({ moments }: { readonly moments: readonly Moment[] }): VNode =>
  html`<section class="panel moments">
    <h2>Moments</h2>
    <ol>
      ${moments
        .toReversed()
        .map(
          ({ at, type, text, times }) =>
            html`<li class=${type.replace(':', '-')}>
              <span class="time">${timeOf(at)}</span
              ><span>${text}${times > 1 ? html` <small>× ${times}</small>` : ''}</span>
            </li>`,
        )}
      ${moments.length === 0 && html`<li class="calm">Nothing yet: here come circuits that open, limits that pause, budgets that end.</li>`}
    </ol>
  </section>`
