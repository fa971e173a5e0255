import { html } from 'htm/preact'
import type { Ref, VNode } from 'preact'

import type { SeenCall } from '../src/seen.ts'
import { fieldOf, valuesOf } from './filter.ts'
import { count } from './format.ts'

interface Props {
  readonly calls: readonly SeenCall[]
  readonly shown: number
  readonly unshown: number
  readonly search: string
  readonly field: Ref<HTMLInputElement>
  readonly onSearch: (search: string) => void
  readonly onChoose: (field: string, value: string | undefined) => void
  readonly onTrouble: () => void
}

type Typed = Event & { readonly currentTarget: HTMLInputElement }

const Choice = ({
  name,
  calls,
  search,
  onChoose,
}: Pick<Props, 'calls' | 'search' | 'onChoose'> & { name: string }): VNode => {
  const chosen = fieldOf(search, name)
  const values = valuesOf(calls, name)
  const all = chosen === undefined || values.includes(chosen) ? values : [chosen, ...values]
  return html`<select
    aria-label=${name}
    class=${chosen === undefined ? '' : 'on'}
    value=${chosen ?? ''}
    onChange=${({ currentTarget }: Typed) => onChoose(name, currentTarget.value || undefined)}
  >
    <option value="">any ${name}</option>
    ${all.map((value) => html`<option value=${value} selected=${value === chosen}>${value}</option>`)}
  </select>`
}

/** What is to be shown of the calls. */
export const FilterBar = (props: Props): VNode => {
  const { calls, shown, unshown, search, field, onSearch, onTrouble } = props
  const trouble = fieldOf(search, 'is') === 'trouble'
  return html`<form
    class="filter"
    role="search"
    onSubmit=${(event: Event) => event.preventDefault()}
  >
    <input
      ref=${field}
      type="search"
      placeholder="Search: words, route:chat, fault:timeout, -is:ok    ( / )"
      aria-label="Search"
      spellcheck=${false}
      autocomplete="off"
      value=${search}
      onInput=${({ currentTarget }: Typed) => onSearch(currentTarget.value)}
    />
    ${['route', 'fault', 'provider'].map((name) => html`<${Choice} ...${props} name=${name} />`)}
    <button type="button" aria-pressed=${trouble} onClick=${onTrouble} title="x">Trouble</button>
    <span
      class="shown"
      title="Of very many calls a fair sample is shown; the rates count all of them."
    >
      ${shown === calls.length ? count(shown) : `${count(shown)} of ${count(calls.length)}`} calls
      ${unshown > 0 ? `, ${count(unshown)} unlisted` : ''}
    </span>
  </form>`
}
