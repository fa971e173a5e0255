import type { Seen, StreamProtocol } from '../dialect.ts'
import { nothingSeen } from './seen.ts'

/** Chunks that were read and are not handed out yet. */
export class HeldBack<Chunk> {
  readonly #protocol: StreamProtocol<Chunk>
  readonly #queue: Chunk[] = []
  /** A queue of ten thousand chunks is not moved for each that leaves it. */
  #head = 0

  constructor(protocol: StreamProtocol<Chunk>) {
    this.#protocol = protocol
  }

  get empty(): boolean {
    return this.#head === this.#queue.length
  }
  get chunks(): readonly Chunk[] {
    return this.#queue
  }

  push(chunk: Chunk): void {
    this.#queue.push(chunk)
  }

  take(): Chunk {
    const chunk = this.#queue[this.#head++] as Chunk
    if (this.empty) this.#head = this.#queue.length = 0
    return chunk
  }

  /** The protocol knows where in a chunk its text stands. */
  dropText(chars: number): void {
    let left = chars
    for (const [i, chunk] of this.#queue.entries()) {
      const drop = Math.min(left, this.#read(chunk).text.length)
      left -= drop
      if (drop > 0) this.#queue[i] = this.#protocol.withoutText?.(chunk, drop) ?? chunk
    }
  }

  dropPreamble(): void {
    const first = this.#queue.findIndex((chunk) => this.#read(chunk).content !== undefined)
    this.#queue.splice(0, first === -1 ? this.#queue.length : first)
  }

  #read(chunk: Chunk): Seen {
    const seen = nothingSeen()
    this.#protocol.read(chunk, seen)
    return seen
  }
}
