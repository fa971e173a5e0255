import type { Seen } from '../dialect.ts'
import type { AnswerStream, Recover, Seam, Sequel, StreamTap } from '../live.ts'
import { AbortScope } from '../scope.ts'
import { cancelledBy, StreamCancelledError } from './errors.ts'
import type { Feed } from './feed.ts'
import { END, type Item, type OnBreak } from './item.ts'
import { Tail } from './tail.ts'

/** A floor that decides what follows a break, and what the floors between it and the next one want to hear. */
interface Mender<Chunk> {
  readonly recover: Recover<Chunk>
  readonly taps: StreamTap<Chunk>[]
  readonly tail: Tail
}

/** The consumer's end of a stream: what it reads from is one attempt's feed, and after a break perhaps another's. */
export class LiveStream<Chunk> implements AnswerStream<Chunk>, AsyncIterator<Chunk, undefined> {
  #feed: Feed<Chunk>
  /** Innermost first. Undefined: what breaks stays broken. */
  #menders: readonly Mender<Chunk>[] | undefined
  #onBreak: OnBreak<Chunk> | undefined
  #seams = false
  /** Reads that wait for their turn, and the last of all. */
  #ahead = 0
  #latest: Promise<Item<Chunk>> | undefined
  /** While it is sought what follows a break: aborted when the consumer leaves. */
  #mending: AbortScope | undefined

  constructor(feed: Feed<Chunk>) {
    this.#feed = feed
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
    return (this.#menders?.at(-1)?.tail ?? this.#feed.tail).promise
  }

  next(): Promise<Item<Chunk>> {
    if (this.#ahead > 0 || this.#feed.waiting || this.#mending !== undefined) return this.#inTurn()
    return (this.#latest = this.#feed.next(this.#onBreak))
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
    this.#menders?.at(-1)?.taps.push(tap)
  }
  dropText(chars: number): void {
    this.#feed.dropText(chars)
  }
  cancel(reason: unknown = new StreamCancelledError()): Promise<void> {
    this.#onBreak = undefined
    this.#feed.stop(reason)
    this.#mending?.abort(reason)
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
        cancel: (reason: unknown) => this.cancel(reason),
      },
      // Nothing is read ahead of the consumer: its pace is the provider's.
      { highWaterMark: 0 },
    )
  }

  recoverWith(recover: Recover<Chunk>): void {
    this.#menders = [...(this.#menders ?? []), { recover, taps: [], tail: new Tail() }]
    if (this.#onBreak !== undefined) return
    this.#onBreak = (error) => this.#mend(error)
    this.#follow(this.#feed)
  }

  /** A consumer may ask ahead; what it gets comes in order, whatever breaks in between. */
  #inTurn(): Promise<Item<Chunk>> {
    this.#ahead++
    const turn = (): Promise<Item<Chunk>> => {
      this.#ahead--
      return this.#feed.next(this.#onBreak)
    }
    return (this.#latest = this.#latest?.then(turn, turn) ?? turn())
  }

  /** Ends when `feed` does; what breaks in nobody's hands may never be read again, so that who waits is told now. */
  #follow(feed: Feed<Chunk>): void {
    feed.tail.promise.then(
      () => this.#menders?.forEach(({ tail }) => tail.resolve()),
      (error: unknown) => {
        if (!feed.brokenInHand) this.#lose(error)
      },
    )
  }

  /** Nothing follows any more. */
  #lose(error: unknown): void {
    this.#onBreak = undefined
    this.#menders?.forEach(({ tail }) => tail.reject(error))
  }

  async #mend(cause: unknown): Promise<Item<Chunk>> {
    const { seen, beats, tail } = this.#feed
    const consumer = (this.#mending = new AbortScope())
    let why = cause
    try {
      // The policies inside hear of the end first: what follows is to find their books in order.
      await Promise.allSettled([tail.promise])
      const broken = { error: cause, seen, shown: beats > 0, seams: this.#seams, consumer }
      const menders = this.#menders ?? []
      for (let i = 0; i < menders.length && !consumer.aborted; i++) {
        const sequel = await menders[i]!.recover(broken)
        if (consumer.aborted) void sequel?.stream.cancel(consumer.reason)
        else if (sequel !== undefined) return await this.#goOn(sequel, menders.slice(i), seen)
        // For those between this floor and the next it is over.
        else menders[i]!.tail.reject(cause)
      }
    } catch (thrown) {
      why = thrown
    } finally {
      this.#mending = undefined
    }
    this.#lose(consumer.aborted ? cancelledBy(consumer.reason) : why)
    throw consumer.aborted ? consumer.reason : why
  }

  /** From here on `sequel` is read; the floors outside the one that found it hear of it as of the first. */
  #goOn(
    { stream, seam, chunk }: Sequel<Chunk>,
    menders: readonly Mender<Chunk>[],
    before: Readonly<Seen>,
  ): Item<Chunk> | Promise<Item<Chunk>> {
    const next = stream as LiveStream<Chunk>
    const feed = next.#feed
    if (seam.kind === 'resume') continueFrom(feed, before)
    for (const { taps } of menders)
      for (const tap of taps) {
        tap.seam?.(seam)
        feed.tap(tap)
      }
    this.#feed = feed
    this.#menders = [...(next.#menders ?? []), ...menders]
    this.#follow(feed)
    if (this.#seams) return { done: false, value: seam as Chunk }
    return chunk === undefined ? feed.next(this.#onBreak) : { done: false, value: chunk }
  }
}

/** The continuation's own beginning is dropped, and what was said before it stays said. */
const continueFrom = <Chunk>(feed: Feed<Chunk>, before: Readonly<Seen>): void => {
  feed.dropPreamble()
  feed.seen.text = before.text + feed.seen.text
  feed.seen.tools.unshift(...before.tools)
  if (before.reasoning !== undefined)
    feed.seen.reasoning = before.reasoning + (feed.seen.reasoning ?? '')
}
