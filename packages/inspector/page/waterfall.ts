import { html } from 'htm/preact'
import type { VNode } from 'preact'

import type { SeenCall } from '../src/seen.ts'
import { count, ms, usd } from './format.ts'
import { lanesOf, ticksOf, type Lane } from './lanes.ts'

const WORDS: Readonly<Record<Lane['look'], string>> = {
  served: 'served',
  invalid: 'not good enough',
  failed: 'failed',
  dropped: 'dropped',
  pending: 'still runs',
  wait: 'wait',
}

/** What is to be said beside a bar. */
const noteOf = ({ look, attempt, text, fromMs, toMs }: Lane): string => {
  const length = ms(toMs - fromMs)
  if (attempt === undefined) return text.includes(length) ? text : `${text}, ${length}`
  const { fault, firstContentMs, durationMs, usage, costUsd } = attempt
  const failed = fault && [fault.kind, fault.status, fault.code].filter((one) => one !== undefined)
  return [
    failed?.join(' ') ?? WORDS[look],
    durationMs === undefined ? undefined : ms(durationMs),
    firstContentMs === undefined ? undefined : `first content ${ms(firstContentMs)}`,
    usage.source === 'none'
      ? undefined
      : `${usage.source === 'estimated' ? '≈' : ''}${count(usage.inputTokens)}→${count(usage.outputTokens)} tokens`,
    costUsd ? usd(costUsd) : undefined,
  ]
    .filter((one) => one !== undefined)
    .join(' · ')
}

const nameOf = ({ attempt }: Lane): readonly [name: string, model: string] => {
  if (attempt === undefined) return ['', '']
  const { n, target, model, servedModel } = attempt
  const shown = servedModel ?? model ?? ''
  return [`${n} ${target}`, target.endsWith(shown) ? '' : shown]
}

/** Attempts and waits of a call over time, phases included. */
export const Waterfall = ({ call }: { readonly call: SeenCall }): VNode => {
  const { lanes, totalMs } = lanesOf(call)
  const percent = (value: number): string => `${(value / totalMs) * 100}%`
  const ticks = ticksOf(totalMs, 6).filter((tick) => tick < totalMs * 0.93)
  return html`<div class="waterfall">
    <div class="lane axis">
      <span></span>
      <span class="track"
        >${ticks.map((tick) => html`<span style=${{ left: percent(tick) }}>${tick === 0 ? '0' : ms(tick)}</span>`)}</span
      >
      <em>${ms(totalMs)} in all</em>
    </div>
    ${lanes.map((lane) => {
      const { look, fromMs, toMs, contentMs } = lane
      const [name, model] = nameOf(lane)
      return html`<div class=${`lane ${look}`}>
        <span class="who" title=${`${name} ${model}`}>${name} <small>${model}</small></span>
        <span class="track">
          ${ticks.map((tick) => html`<u style=${{ left: percent(tick) }} />`)}
          <i
            class=${look}
            style=${{ left: percent(fromMs), width: `max(3px, ${percent(toMs - fromMs)})` }}
          >
            ${contentMs !== undefined && html`<b style=${{ width: `${((contentMs - fromMs) / Math.max(1, toMs - fromMs)) * 100}%` }} />`}
          </i>
        </span>
        <em title=${noteOf(lane)}>${noteOf(lane)}</em>
      </div>`
    })}
    ${lanes.length === 0 && html`<p class="empty">No request was sent.</p>`}
  </div>`
}
