import type { Health, TargetHealth } from './health.ts'

/** Few pipelines share a policy, and few targets one of its keys. */
const MAX_BOARDS = 32

interface Board {
  readonly health: Health
  readonly id: string
}

/**
 * Where a policy writes what it knows of one key: its targets' entries in every house that is to hear of it. All of them must
 * hear of the end, too: one that is told no more is wiped first, or it would go by what it was told last for ever.
 */
export class Boards {
  readonly #boards: Board[] = []
  readonly #wipe: (entry: TargetHealth) => void

  /** @param wipe writes that there is nothing to be told */
  constructor(wipe: (entry: TargetHealth) => void) {
    this.#wipe = wipe
  }

  /** From now on this one is told, too; false when it was before. */
  add(health: Health, id: string): boolean {
    for (const board of this.#boards) if (board.health === health && board.id === id) return false
    this.#boards.push({ health, id })
    if (this.#boards.length > MAX_BOARDS) tell(this.#boards.shift()!, this.#wipe, true)
    return true
  }

  /** Writes on all of them; wakes those who wait there, unless it is no news to them. */
  tell(write: (entry: TargetHealth) => void, isNews = true): void {
    for (const board of this.#boards) tell(board, write, isNews)
  }

  /** Wipes all of them, which are told no more. */
  clear(): void {
    this.tell(this.#wipe)
    this.#boards.length = 0
  }
}

const tell = (
  { health, id }: Board,
  write: (entry: TargetHealth) => void,
  isNews: boolean,
): void => {
  write(health.of(id))
  if (isNews) health.changed()
}
