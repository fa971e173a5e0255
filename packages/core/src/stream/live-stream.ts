import type { Seen } from '../dialect.ts'
import type { AnswerStream, Recover, Seam, StreamTap } from '../live.ts'
import { StreamCancelledError } from './errors.ts'
import type { Feed } from './feed.ts'
import { END, type Item, type OnBreak } from './item.ts'
import { Tail } from './tail.ts'

/** The consumer's end of a stream: what it reads from is one attempt's feed, and after a break perhaps another's. */
export class LiveStream<Chunk> implements AnswerStream<Chunk>, AsyncIterator<Chunk, undefined> {
  #feed: Feed<Chunk>
  #tail: Tail
  #onBreak: OnBreak<Chunk> | undefined
  #seams = false

  constructor(feed: Feed<Chunk>) {
    this.#feed = feed
    this.#tail = feed.tail
  }

  /** What `liveOf` looks for: a stream carries itself. */
  get '~holdfast.live'(): this {
    return this
  }
  get seen(): Readonly<Seen> {
    return this.#feed.seen
  }
  get beats(): number {
    return this.#feed.beats
  }
  get waiting(): boolean {
    return this.#feed.waiting
  }
  get over(): Promise<void> {
    return this.#tail.promise
  }

  next(): Promise<Item<Chunk>> {
    return this.#feed.next(this.#onBreak)
  }
  async return(): Promise<Item<Chunk>> {
    await this.cancel()
    return END
  }
  [Symbol.asyncIterator](): this {
    return this
  }

  peek(enough: (seen: Readonly<Seen>) => boolean): Promise<void> {
    return this.#feed.peek(enough)
  }
  tap(tap: StreamTap<Chunk>): void {
    this.#feed.tap(tap)
  }
  dropText(chars: number): void {
    this.#feed.dropText(chars)
  }
  cancel(reason: unknown = new StreamCancelledError()): Promise<void> {
    this.#onBreak = undefined
    this.#feed.stop(reason)
    if (!this.seen.ended) this.#tail.reject(reason)
    return Promise.resolve()
  }

  withSeams(): AsyncIterable<Chunk | Seam> {
    this.#seams = true
    return this
  }
  toReadableStream({ seams = false }: { readonly seams?: boolean } = {}): ReadableStream<
    Chunk | Seam
  > {
    this.#seams ||= seams
    return new ReadableStream<Chunk | Seam>(
      {
        pull: (to) =>
          this.next().then((item) =>
            item.done === true ? to.close() : to.enqueue(item.value as Chunk | Seam),
          ),
        cancel: (reason: unknown) => this.cancel(reason ?? new StreamCancelledError()),
      },
      // Nothing is read ahead of the consumer: its pace is the provider's.
      { highWaterMark: 0 },
    )
  }

  recoverWith(recover: Recover<Chunk>): void {
    this.#tail = new Tail()
    this.#follow(this.#feed)
    this.#onBreak = (error) => this.#goOn(recover, error)
  }

  /** Ends when `feed` does; what breaks in nobody's hands may never be read again, so that who waits is told now. */
  #follow(feed: Feed<Chunk>): void {
    const { resolve, reject } = this.#tail
    feed.tail.promise.then(resolve, (error: unknown) => {
      if (!feed.brokenInHand) reject(error)
    })
  }

  async #goOn(recover: Recover<Chunk>, error: unknown): Promise<Item<Chunk>> {
    const { seen, beats, tail } = this.#feed
    // The policies inside hear of the end first: what follows is to find their books in order.
    await tail.promise.catch(nothing)
    const broken = { error, seen, shown: beats > 0, seams: this.#seams }
    // A recovery that fails leaves the error as it was.
    const sequel = await recover(broken).catch(nothing)
    if (sequel === undefined || this.#onBreak === undefined) {
      this.#tail.reject(error)
      throw error
    }
    const feed = (sequel.stream as LiveStream<Chunk>).#feed
    if (sequel.seam.kind === 'resume') continueFrom(feed, seen)
    this.#feed = feed
    this.#follow(feed)
    if (this.#seams) return { done: false, value: sequel.seam as Chunk }
    return sequel.chunk === undefined ? this.next() : { done: false, value: sequel.chunk }
  }
}

const nothing = (): void => {}

/** The continuation's own beginning is dropped, and what was said before it stays said. */
const continueFrom = <Chunk>(feed: Feed<Chunk>, before: Readonly<Seen>): void => {
  feed.dropPreamble()
  feed.seen.text = before.text + feed.seen.text
  feed.seen.tools.unshift(...before.tools)
  if (before.reasoning !== undefined)
    feed.seen.reasoning = before.reasoning + (feed.seen.reasoning ?? '')
}
