import { html } from 'htm/preact'
import type { VNode } from 'preact'

import { KEYS } from './keys.ts'

/** What the keys do, and how to search. */
export const Help = ({ onClose }: { readonly onClose: () => void }): VNode =>
  html`<div class="veil" onClick=${onClose}>
    <div
      class="help"
      role="dialog"
      aria-label="Keys"
      aria-modal="true"
      onClick=${(event: Event) => event.stopPropagation()}
    >
      <h2>Keys</h2>
      <dl>
        ${KEYS.map(
          ([key, what]) =>
            html`<dt><kbd>${key}</kbd></dt>
              <dd>${what}</dd>`,
        )}
      </dl>
      <h2>Search</h2>
      <p>
        Words are looked for everywhere in a call. Fields: <code>route:chat</code>,
        <code>fault:timeout</code>, <code>provider:openai</code>, <code>target:</code>,
        <code>model:</code>, <code>id:</code>, and <code>is:</code> with <code>failed</code>,
        <code>retried</code>, <code>fallback</code>, <code>hedged</code>, <code>degraded</code>,
        <code>hit</code>, <code>stale</code> or <code>trouble</code>. A <code>-</code> before any of
        them is its contrary.
      </p>
      <button type="button" onClick=${onClose}>Close</button>
    </div>
  </div>`
