import type { Context, Health, HealthState } from '@holdfast/core'

/** Few pipelines share a breaker, and few targets a circuit. */
const MAX_ENTRIES = 32

/**
 * The breaker's column of what is known of the targets: of one circuit, in every house that has heard of its break. All of
 * them must hear of the end, too: a target that stays `open` for a house is handled with care there for ever.
 */
export class Column {
  readonly #entries: { readonly health: Health; readonly id: string }[] = []
  readonly #speaksFor: (id: string) => boolean
  #silent: boolean | undefined

  /** @param speaksFor false for a target that other circuits know to be well: asked once per break */
  constructor(speaksFor: (id: string) => boolean) {
    this.#speaksFor = speaksFor
  }

  /** Tells this house, and all that were told before. */
  tell({ health, target: { id } }: Context, state: HealthState, until: number): void {
    if ((this.#silent ??= !this.#speaksFor(id))) return
    if (!this.#entries.some((entry) => entry.health === health && entry.id === id)) {
      this.#entries.push({ health, id })
      if (this.#entries.length > MAX_ENTRIES) this.#entries.shift()
    }
    this.write(state, until)
  }

  /** Tells all that were told before, and wakes those who wait there. */
  write(state: HealthState, until: number): void {
    for (const { health, id } of this.#entries) {
      Object.assign(health.of(id), { state, until })
      health.changed()
    }
  }

  /** The break is over: there is nothing to be told of any more. */
  heal(): void {
    this.write('healthy', 0)
    this.#entries.length = 0
    this.#silent = undefined
  }
}
