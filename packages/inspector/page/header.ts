import { html } from 'htm/preact'
import type { VNode } from 'preact'

import { lately } from './columns.ts'
import { ms, percent, perSecond, usd } from './format.ts'
import type { State } from './store.ts'

const LINKS: Readonly<Record<State['link'], string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'no connection, trying again',
  ended: 'recording',
}

const Stat = ({ label, value, bad }: { label: string; value: string; bad?: boolean }): VNode =>
  html`<div class=${bad ? 'stat bad' : 'stat'}>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`

interface Props {
  readonly state: State
  readonly paused: boolean
  readonly missed: number
  readonly theme: string
  readonly onPause: () => void
  readonly onTheme: () => void
  readonly onHelp: () => void
}

/** How it goes, in one line: the last ten seconds, and the window of the monitor. */
export const Header = ({
  state,
  paused,
  missed,
  theme,
  onPause,
  onTheme,
  onHelp,
}: Props): VNode => {
  const last = lately(state.points, '', 10)
  const overall = state.now?.snapshot.overall
  return html`<header>
    <h1>holdfast <span>inspector</span></h1>
    <p class=${`link ${paused ? 'paused' : state.link}`} role="status">
      ${paused ? `paused${missed > 0 ? `, ${missed} new` : ''}` : LINKS[state.link]}
    </p>
    <dl
      title="calls, failed, p50, p95 and dollars: the last ten seconds; the others: the last five minutes"
    >
      <${Stat} label="calls/s" value=${perSecond(last.perSecond)} />
      <${Stat} label="running" value=${String(state.running.count)} />
      <${Stat} label="failed" value=${percent(last.failed)} bad=${last.failed > 0.05} />
      <${Stat} label="p50" value=${ms(last.p50)} />
      <${Stat} label="p95" value=${ms(last.p95)} />
      <${Stat} label="retried" value=${percent(overall?.retryRate ?? 0)} />
      <${Stat} label="fell back" value=${percent(overall?.fallbackRate ?? 0)} />
      <${Stat} label="per hour" value=${usd(last.usdPerHour)} />
      <${Stat}
        label="wasted"
        value=${
          overall === undefined || overall.costUsd === 0
            ? '–'
            : percent(overall.wastedUsd / overall.costUsd)
        }
      />
    </dl>
    <nav>
      <button type="button" aria-pressed=${paused} onClick=${onPause} title="Space">
        ${paused ? 'Go on' : 'Pause'}
      </button>
      <a class="button" href="/recording.json" download title="all that is remembered, as JSON"
        >Export all</a
      >
      <button type="button" onClick=${onTheme} title="t">
        ${theme === 'dark' ? 'Light' : 'Dark'}
      </button>
      <button type="button" onClick=${onHelp} title="?" aria-label="Keys">?</button>
    </nav>
  </header>`
}
