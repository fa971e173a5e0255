import { Boards, type Context, type HealthState } from '@holdfast/core'

/**
 * The breaker's column of what is known of the targets: of one circuit, in every house that has heard of its break. All of
 * them must hear of the end, too: a target that stays `open` for a house is handled with care there for ever.
 */
export class Column {
  readonly #boards: Boards = new Boards((entry) => {
    entry.state = 'healthy'
    entry.until = 0
  })
  readonly #speaksFor: (id: string) => boolean
  #silent: boolean | undefined

  /** @param speaksFor false for a target that other circuits know to be well: asked once per break */
  constructor(speaksFor: (id: string) => boolean) {
    this.#speaksFor = speaksFor
  }

  /** Tells this house, and all that were told before. */
  tell({ health, target: { id } }: Context, state: HealthState, until: number): void {
    if ((this.#silent ??= !this.#speaksFor(id))) return
    this.#boards.add(health, id)
    this.write(state, until)
  }

  /** Tells all that were told before, and wakes those who wait there. */
  write(state: HealthState, until: number): void {
    this.#boards.tell((entry) => {
      entry.state = state
      entry.until = until
    })
  }

  /** The break is over: there is nothing to be told of any more. */
  heal(): void {
    this.#boards.clear()
    this.#silent = undefined
  }
}
