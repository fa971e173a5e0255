import { html } from 'htm/preact'
import type { VNode } from 'preact'

import type { SeenCall, SeenFault } from '../src/seen.ts'
import { copyCall, saveCall } from './export.ts'
import { count, fractionOf, ms, timeOf, usd } from './format.ts'
import { Waterfall } from './waterfall.ts'

const Fact = ({
  name,
  value,
}: {
  readonly name: string
  readonly value: string | undefined
}): VNode | '' =>
  value === undefined
    ? ''
    : html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`

const moneyOf = ({ costUsd, wastedUsd, unpriced }: SeenCall): string => {
  const missing = unpriced > 0 ? `, ${unpriced} at no known price` : ''
  return `${costUsd === 0 && unpriced > 0 ? '?' : usd(costUsd)}${wastedUsd > 0 ? `, of it wasted ${usd(wastedUsd)}` : ''}${missing}`
}

const faultLine = ({
  kind,
  status,
  code,
  scope,
  retryable,
  retryAfterMs,
  requestId,
}: SeenFault): string =>
  [
    kind,
    status,
    code,
    `concerns this ${scope}`,
    retryable ? 'can be retried' : 'cannot be retried',
    retryAfterMs === undefined ? undefined : `come back in ${ms(retryAfterMs)}`,
    requestId === undefined ? undefined : `request id ${requestId}`,
  ]
    .filter((one) => one !== undefined)
    .join(' · ')

const Failure = ({ title, fault }: { readonly title: string; readonly fault: SeenFault }): VNode =>
  html`<li>
    <strong>${title}</strong> ${faultLine(fault)}
    <pre>${fault.message}</pre>
  </li>`

interface Props {
  readonly call: SeenCall
  readonly prompts: boolean
  readonly onClose: () => void
}

/** One call, whole. */
export const Detail = ({ call, prompts, onClose }: Props): VNode => {
  const failures = call.attempts.filter(({ fault }) => fault !== undefined)
  const { totalUsage, usage } = call
  const tokens = ({
    inputTokens,
    outputTokens,
    cachedInputTokens = 0,
    reasoningTokens = 0,
  }: SeenCall['usage']): string =>
    `${count(inputTokens)}${cachedInputTokens > 0 ? ` (${count(cachedInputTokens)} cached)` : ''} → ${count(outputTokens)}${reasoningTokens > 0 ? ` (${count(reasoningTokens)} reasoning)` : ''}`
  return html`<article class="detail" aria-label="Call">
    <div class="title">
      <h2>${call.route}</h2>
      <code>${call.callId}</code>
      <p>${call.story}</p>
      <nav>
        <button type="button" onClick=${() => void copyCall(call)} title="c">Copy</button>
        <button type="button" onClick=${() => saveCall(call)} title="e">Export JSON</button>
        <button type="button" onClick=${onClose} title="Esc" aria-label="Close">✕</button>
      </nav>
    </div>
    <div class="body">
      <${Waterfall} call=${call} />
      <dl class="facts">
        <${Fact} name="begun" value=${`${timeOf(call.startedAt)}${fractionOf(call.startedAt)}`} />
        <${Fact} name="took" value=${ms(call.durationMs)} />
        <${Fact}
          name="before the first attempt"
          value=${call.queuedMs >= 1 ? ms(call.queuedMs) : undefined}
        />
        <${Fact}
          name="waits of retry"
          value=${call.backoffMs > 0 ? ms(call.backoffMs) : undefined}
        />
        <${Fact}
          name="first content"
          value=${call.firstContentMs === undefined ? undefined : ms(call.firstContentMs)}
        />
        <${Fact}
          name="cache"
          value=${call.cache && `${call.cache.status}${call.cache.ageMs > 0 ? `, ${ms(call.cache.ageMs)} old` : ''}`}
        />
        <${Fact}
          name="tokens of the answer"
          value=${usage.source === 'none' ? undefined : tokens(usage)}
        />
        <${Fact}
          name=${totalUsage.source === 'estimated' ? 'tokens billed, in part a guess' : 'tokens billed'}
          value=${totalUsage.source === 'none' ? undefined : tokens(totalUsage)}
        />
        <${Fact} name="cost" value=${moneyOf(call)} />
        ${call.skipped.map(({ target, reason }) => html`<${Fact} name="passed over" value=${`${target}: ${reason}`} />`)}
      </dl>
      ${
        call.marks.length > 0 &&
        html`<h3>What happened</h3>
          <ol class="marks">
            ${call.marks.map(({ atMs, type, text }) => html`<li><span class="number">+${ms(atMs)}</span><code>${type}</code><span>${text}</span></li>`)}
          </ol>`
      }
      ${
        (failures.length > 0 || call.fault) &&
        html`<h3>Failures</h3>
          <ul class="failures">
            ${failures.map(({ n, target, fault }) => fault && html`<${Failure} title=${`attempt ${n}, ${target}`} fault=${fault} />`)}
            ${call.fault && html`<${Failure} title="the call" fault=${call.fault} />`}
          </ul>`
      }
      ${
        call.request !== undefined &&
        html`<h3>
            Request${prompts ? '' : html` <small>its texts are hidden: <code>inspector(…, { prompts: true })</code> shows them</small>`}
          </h3>
          <pre class="request">${JSON.stringify(call.request, undefined, 2)}</pre>`
      }
    </div>
  </article>`
}
