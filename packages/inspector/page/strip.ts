import { html } from 'htm/preact'
import type { VNode } from 'preact'

import type { SeenCall } from '../src/seen.ts'
import { lanesOf } from './lanes.ts'

/** The shortest strip, as a share of the place: what it is made of must be seen. */
const LEAST = 0.05

/**
 * The waterfall of a call, flat enough for a line of the list. All lines share one scale, so that long calls are seen
 * from afar; those beyond it are pressed into the place.
 */
export const Strip = ({
  call,
  scaleMs,
}: {
  readonly call: SeenCall
  readonly scaleMs: number
}): VNode => {
  const { lanes, totalMs } = lanesOf(call)
  const percent = (value: number): string => `${(value / totalMs) * 100}%`
  // One that begins before the last one ended runs beside it: a hedge.
  let busyUntil = -1
  const whole = Math.max(LEAST, Math.min(1, totalMs / scaleMs)) * 100
  return html`<span class="strip"
    ><span style=${{ width: `${whole}%` }}>
      ${lanes.map(({ look, fromMs, toMs, contentMs }) => {
        const beside = look !== 'wait' && fromMs < busyUntil - 1
        if (look !== 'wait') busyUntil = Math.max(busyUntil, toMs)
        return html`<i
          class=${`${look}${beside ? ' beside' : ''}`}
          style=${{ left: percent(fromMs), width: `max(2px, ${percent(toMs - fromMs)})` }}
          >${contentMs === undefined ? '' : html`<b style=${{ width: `${((contentMs - fromMs) / Math.max(1, toMs - fromMs)) * 100}%` }} />`}</i
        >`
      })}
      ${call.attempts.length === 0 && html`<i class=${`none ${call.cache?.status ?? ''}`} />`}
    </span></span
  >`
}

/** A round scale on which three of four calls have room. */
export const scaleOf = (calls: readonly SeenCall[]): number => {
  const lengths = calls.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
  const most = Math.max(1, lengths[Math.floor(lengths.length * 0.75)] ?? 1)
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((factor) => factor * power).find((scale) => scale >= most) ?? most
}
