import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'

import type { SeenCall } from '../src/seen.ts'
import { count, fractionOf, ms, timeOf, usd } from './format.ts'
import { scaleOf, Strip } from './strip.ts'

const PAGE = 150

/** How it ended, in a word, and how that is to be coloured. */
const endOf = (call: SeenCall): readonly [word: string, look: string] => {
  if (call.outcome === 'failed') return [call.fault?.kind ?? 'failed', 'bad']
  if (call.outcome === 'aborted') return ['left', 'quiet']
  if (call.degraded) return ['stand-in', 'doubtful']
  if (call.cache?.status === 'stale') return ['stale', 'doubtful']
  if (call.cache?.status === 'hit') return ['cached', 'quiet']
  if (call.cache?.status === 'coalesced') return ['shared', 'quiet']
  return ['ok', 'good']
}

const serverOf = (call: SeenCall): string => {
  const served = call.attempts.find(({ n }) => n === call.served)
  if (served === undefined) return '–'
  const model = served.servedModel ?? served.model
  return model === undefined || served.target.endsWith(model)
    ? served.target
    : `${served.target} · ${model}`
}

interface RowProps {
  readonly call: SeenCall
  readonly selected: boolean
  readonly scaleMs: number
  readonly onSelect: (seq: number) => void
}

/** One call in one line. Drawn again only when something about it changed. */
const Row = ({ call, selected, scaleMs, onSelect }: RowProps): VNode =>
  useMemo(() => {
    const [word, look] = endOf(call)
    const endedAt = call.startedAt + call.durationMs
    const { inputTokens, outputTokens } = call.totalUsage
    return html`<div
      id=${`call-${call.seq}`}
      class="row"
      role="option"
      aria-selected=${selected}
      onClick=${() => onSelect(call.seq)}
    >
      <span class="time">${timeOf(endedAt)}<small>${fractionOf(endedAt)}</small></span>
      <span class="route">${call.route}</span>
      <span class=${`end ${look}`}>${word}</span>
      <${Strip} call=${call} scaleMs=${scaleMs} />
      <span class="number">${ms(call.durationMs)}</span>
      <span class=${call.attempts.length > 1 ? 'number' : 'number quiet'}
        >${call.attempts.length}</span
      >
      <span class="server" title=${serverOf(call)}>${serverOf(call)}</span>
      <span class="number quiet"
        >${inputTokens + outputTokens === 0 ? '–' : `${count(inputTokens)}→${count(outputTokens)}`}</span
      >
      <span class="number quiet"
        >${call.unpriced > 0 && call.costUsd === 0 ? '?' : usd(call.costUsd)}</span
      >
    </div>`
  }, [call, selected, scaleMs, onSelect])

interface Props {
  readonly calls: readonly SeenCall[]
  readonly selected: number | undefined
  readonly empty: string
  readonly onSelect: (seq: number) => void
}

/** The calls, newest first. */
export const CallList = ({ calls, selected, empty, onSelect }: Props): VNode => {
  const [pages, setPages] = useState(1)
  const latest = useRef(onSelect)
  latest.current = onSelect
  const select = useMemo(() => (seq: number) => latest.current(seq), [])
  useEffect(() => {
    document.getElementById(`call-${selected}`)?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  const rows = calls.slice(0, pages * PAGE)
  const scaleMs = scaleOf(rows)
  return html`
    <div class="row head" aria-hidden="true">
      <span>ended</span><span>route</span><span>end</span
      ><span class="scale"
        >timeline<b title="one scale for all; longer calls are pressed into it"
          >${ms(scaleMs)}</b
        ></span
      >
      <span class="number">took</span><span class="number" title="attempts">×</span
      ><span>served by</span> <span class="number">tokens</span><span class="number">cost</span>
    </div>
    <div
      class="list"
      role="listbox"
      aria-label="Calls, newest first"
      tabindex="0"
      aria-activedescendant=${selected === undefined ? undefined : `call-${selected}`}
    >
      ${rows.map((call) => html`<${Row} key=${call.seq} call=${call} selected=${call.seq === selected} scaleMs=${scaleMs} onSelect=${select} />`)}
      ${calls.length === 0 && html`<p class="empty">${empty}</p>`}
      ${
        calls.length > rows.length &&
        html`<button type="button" class="more" onClick=${() => setPages(pages + 1)}>
          ${calls.length - rows.length} earlier ones
        </button>`
      }
    </div>
  `
}
