/** One armed timer. */
export interface Timer {
  dueAt: number
  readonly order: number
  readonly callback: () => void
  cancelled: boolean
}

/** The armed timers: a binary heap by due time and, among equals, by order of arming, as on a real platform. */
export class Timers {
  readonly #heap: Timer[] = []
  #order = 0

  get size(): number {
    return this.#heap.length
  }

  add(dueAt: number, callback: () => void): Timer {
    const timer = { dueAt, order: this.#order++, callback, cancelled: false }
    const heap = this.#heap
    let i = heap.push(timer) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(timer, heap[parent]!)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = timer
    return timer
  }

  /** Takes out the next one that is due by then. */
  next(untilMs: number): Timer | undefined {
    for (;;) {
      const [top] = this.#heap
      if (top === undefined || (top.dueAt > untilMs && !top.cancelled)) return undefined
      this.#pop()
      if (!top.cancelled) return top
    }
  }

  clear(): void {
    this.#heap.length = 0
    this.#order = 0
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
      if (!before(heap[child]!, last)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
  }
}

const before = (a: Timer, b: Timer): boolean =>
  a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order)
