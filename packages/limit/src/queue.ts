/** Who waits, and how it is to be ordered. */
export interface Waiting {
  /** Smaller goes first. */
  readonly priority: number
  /** Of equals in priority the earlier deadline goes first; of equals in that, who came first (T58). */
  readonly deadline: number
}

interface Place<T> {
  readonly item: T
  readonly order: number
}

/** A queue by priority, deadline and arrival: a binary heap, so that 50,000 may wait. */
export class DeadlineQueue<T extends Waiting> {
  #heap: Place<T>[] = []
  readonly #gone = new Set<T>()
  #arrivals = 0

  /** How many wait. */
  get size(): number {
    return this.#heap.length - this.#gone.size
  }

  add(item: T): void {
    const heap = this.#heap
    let at = heap.push({ item, order: this.#arrivals++ }) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(heap[at]!, heap[above]!)) return
      this.#swap(at, above)
      at = above
    }
  }

  first(): T | undefined {
    while (this.#heap.length > 0 && this.#gone.delete(this.#heap[0]!.item)) this.#pop()
    return this.#heap[0]?.item
  }

  shift(): T | undefined {
    const item = this.first()
    if (item !== undefined) this.#pop()
    return item
  }

  /** One who leaves by itself. It must be in the queue. */
  remove(item: T): void {
    this.#gone.add(item)
    // Nobody looks at the front while nothing can start: those who left must not pile up.
    if (this.#gone.size > 32 && this.#gone.size > this.#heap.length / 2) this.#sweep()
  }

  #sweep(): void {
    // A sorted list is a heap.
    this.#heap = this.#heap.filter(({ item }) => !this.#gone.has(item)).toSorted(compare)
    this.#gone.clear()
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    heap[0] = last
    for (let at = 0; ;) {
      const left = 2 * at + 1
      if (left >= heap.length) return
      const right = left + 1
      const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left
      if (!isBefore(heap[child]!, heap[at]!)) return
      this.#swap(at, child)
      at = child
    }
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!
    this.#heap[a] = this.#heap[b]!
    this.#heap[b] = held
  }
}

const compare = (a: Place<Waiting>, b: Place<Waiting>): number =>
  a.item.priority - b.item.priority ||
  // Not a subtraction: Infinity - Infinity is NaN.
  Number(a.item.deadline > b.item.deadline) - Number(a.item.deadline < b.item.deadline) ||
  a.order - b.order
const isBefore = (a: Place<Waiting>, b: Place<Waiting>): boolean => compare(a, b) < 0
