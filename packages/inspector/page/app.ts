import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'

import { CallList } from './call-list.ts'
import { Charts } from './charts.ts'
import { Detail } from './detail.ts'
import { copyCall, saveCall } from './export.ts'
import { FilterBar } from './filter-bar.ts'
import { fieldOf, filterOf, withField } from './filter.ts'
import { Header } from './header.ts'
import { Help } from './help.ts'
import { useKeys } from './keys.ts'
import { Overview } from './overview.ts'
import { follow, NOTHING, type State } from './store.ts'
import { chooseTheme, themeNow } from './theme.ts'

/** The whole page. */
export const App = (): VNode => {
  const [live, setLive] = useState<State>(NOTHING)
  const [frozen, setFrozen] = useState<State>()
  const [search, setSearch] = useState('')
  const [selected, setSelected] = useState<number>()
  const [minutes, setMinutes] = useState(1)
  const [theme, setTheme] = useState(themeNow)
  const [help, setHelp] = useState(false)
  const searchField = useRef<HTMLInputElement>(null)
  useEffect(() => follow(setLive), [])

  const state = frozen ?? live
  const matches = useMemo(() => filterOf(search), [search])
  const shown = useMemo(() => state.calls.filter(matches), [state.calls, matches])
  const call = selected === undefined ? undefined : state.calls.find(({ seq }) => seq === selected)
  const missed = frozen === undefined ? 0 : (live.calls[0]?.seq ?? 0) - (frozen.calls[0]?.seq ?? 0)

  const pause = (): void => setFrozen(frozen === undefined ? live : undefined)
  const choose = (field: string, value: string | undefined): void =>
    setSearch(withField(search, field, value))
  const switchTheme = (): void => {
    const next = theme === 'dark' ? 'light' : 'dark'
    chooseTheme(next)
    setTheme(next)
  }
  const move = (by: number): void => {
    const place = shown.findIndex(({ seq }) => seq === selected)
    const next = shown[place === -1 ? 0 : Math.max(0, Math.min(shown.length - 1, place + by))]
    if (next !== undefined) setSelected(next.seq)
  }
  const escape = (): void => {
    if (document.activeElement === searchField.current) searchField.current?.blur()
    else if (help) setHelp(false)
    else setSelected(undefined)
  }
  const trouble = (): void =>
    choose('is', fieldOf(search, 'is') === 'trouble' ? undefined : 'trouble')
  useKeys({
    '/': () => searchField.current?.focus(),
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Escape: escape,
    ' ': pause,
    x: trouble,
    e: () => call && saveCall(call),
    c: () => void (call && copyCall(call)),
    '1': () => setMinutes(1),
    '2': () => setMinutes(5),
    '3': () => setMinutes(15),
    t: switchTheme,
    '?': () => setHelp(!help),
  })

  const route = fieldOf(search, 'route')
  return html`
    <${Header}
      state=${state}
      paused=${frozen !== undefined}
      missed=${missed}
      theme=${theme}
      onPause=${pause}
      onTheme=${switchTheme}
      onHelp=${() => setHelp(!help)}
    />
    <${Charts}
      points=${state.points}
      route=${route ?? ''}
      minutes=${minutes}
      theme=${theme}
      onMinutes=${setMinutes}
    />
    <main>
      <section class="calls" aria-label="Calls">
        <${FilterBar}
          calls=${state.calls}
          shown=${shown.length}
          unshown=${state.unshown}
          search=${search}
          field=${searchField}
          onSearch=${setSearch}
          onChoose=${choose}
          onTrouble=${trouble}
        />
        <${CallList}
          calls=${shown}
          selected=${selected}
          empty=${state.calls.length === 0 ? 'No call has ended yet.' : 'No call is like that.'}
          onSelect=${(seq: number) => setSelected(seq === selected ? undefined : seq)}
        />
        ${call && html`<${Detail} call=${call} prompts=${state.prompts} onClose=${() => setSelected(undefined)} />`}
      </section>
      <${Overview} state=${state} minutes=${minutes} route=${route} onChoose=${choose} />
    </main>
    ${help && html`<${Help} onClose=${() => setHelp(false)} />`}
  `
}
