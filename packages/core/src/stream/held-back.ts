import type { Seen, StreamProtocol } from '../dialect.ts'
import { nothingSeen } from '../nothing.ts'

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
    return this.#queue.slice(this.#head)
  }

  push(chunk: Chunk): void {
    this.#queue.push(chunk)
  }

  take(): Chunk {
    const chunk = this.#queue[this.#head++] as Chunk
    if (this.empty) this.clear()
    return chunk
  }

  clear(): void {
    this.#head = this.#queue.length = 0
  }

  /** The protocol knows where in a chunk its text stands. */
  dropText(chars: number): void {
    let left = chars
    for (let i = this.#head; i < this.#queue.length && left > 0; i++) {
      const chunk = this.#queue[i] as Chunk
      const drop = Math.min(left, this.#read(chunk).text.length)
      left -= drop
      if (drop > 0) this.#queue[i] = this.#protocol.withoutText?.(chunk, drop) ?? chunk
    }
  }

  dropPreamble(): void {
    const first = this.chunks.findIndex((chunk) => {
      const { content, ended } = this.#read(chunk)
      // One that has nothing to add still says that it is the end.
      return content !== undefined || ended
    })
    this.#queue.splice(this.#head, first === -1 ? Infinity : first)
    if (this.empty) this.clear()
  }

  #read(chunk: Chunk): Seen {
    const seen = nothingSeen()
    this.#protocol.read(chunk, seen)
    return seen
  }
}
