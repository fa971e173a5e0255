import type { Seen, StreamProtocol } from '../dialect.ts'
import type { StreamTap } from '../live.ts'
import type { AbortScope } from '../scope.ts'
import { Ending } from './ending.ts'
import { cancelledBy, type Reading } from './errors.ts'
import { HeldBack } from './held-back.ts'
import { END, type Item, type OnBreak } from './item.ts'
import type { Reader } from './source.ts'

const nothing = (): void => {}

/**
 * One attempt's stream. The protocol is read, the taps are told and the end is judged in the one step that every chunk
 * takes, so that a policy more costs a call more, and not an iterator more around the others.
 */
export class Feed<Chunk> extends Ending<Chunk> {
  /** Chunks with content that have come. */
  beats = 0
  /** Read, and not yet handed out: the preamble at first. */
  readonly #held: HeldBack<Chunk>
  readonly #protocol: StreamProtocol<Chunk>
  /** Who waits for the chunk that is being read. */
  #pending: Promise<Item<Chunk>> | undefined
  private settle: (item: Item<Chunk> | Promise<Item<Chunk>>) => void = nothing
  #onBreak: OnBreak<Chunk> | undefined

  constructor(
    reader: Reader<Chunk>,
    protocol: StreamProtocol<Chunk>,
    ctx: Reading,
    scope: AbortScope,
    strict: boolean,
  ) {
    super(reader, ctx, scope, strict)
    this.#protocol = protocol
    this.#held = new HeldBack(protocol)
  }

  next(onBreak?: OnBreak<Chunk>): Promise<Item<Chunk>> {
    if (!this.#held.empty) return Promise.resolve({ done: false, value: this.#held.take() })
    if (this.state === 'open') return this.#read(onBreak)
    if (this.state === 'complete') return Promise.resolve(END)
    return onBreak?.(this.error) ?? Promise.reject(this.error)
  }

  async peek(enough: (seen: Readonly<Seen>) => boolean): Promise<void> {
    while (this.state === 'open' && !enough(this.seen)) {
      // What is being read is somebody else's.
      if (this.waiting) await this.#pending?.then(nothing, nothing)
      else {
        const item = await this.#read(undefined)
        if (item.done !== true) this.#held.push(item.value)
      }
    }
    // The very thing that was thrown (T28).
    if (this.state === 'broken') throw this.error
  }

  tap(tap: StreamTap<Chunk>): void {
    try {
      // What was read already has been handed to nobody: a tap misses nothing.
      if (tap.chunk !== undefined)
        for (const chunk of this.#held.chunks) tap.chunk(chunk, this.seen)
      if (this.state === 'complete') tap.end?.(this.seen)
      else (this.taps ??= []).push(tap)
    } catch (error) {
      this.break(error)
      throw error
    }
  }

  /**
   * Lets go of the source and of what is held back; whoever waits or asks later gets `reason`. Who leaves when all was said
   * has had it all.
   */
  stop(reason: unknown): void {
    this.#held.clear()
    this.#onBreak = undefined
    if (this.seen.ended) this.end()
    else this.fail(reason, cancelledBy(reason))
    if (this.state === 'broken') {
      this.brokenInHand = false
      this.error = reason
    }
    this.wake()
  }

  /** Takes characters off the text that was read and not yet handed out. */
  dropText(chars: number): void {
    this.seen.text = this.seen.text.slice(chars)
    this.#held.dropText(chars)
  }

  /** A continuation has no beginning of its own: exactly one preamble reaches the consumer. */
  dropPreamble(): void {
    this.#held.dropPreamble()
  }

  #read(onBreak: OnBreak<Chunk> | undefined): Promise<Item<Chunk>> {
    // A policy is peeking: what it reads is held back, and then handed out.
    if (this.waiting && this.#pending !== undefined) {
      const again = (): Promise<Item<Chunk>> => this.next(onBreak)
      return this.#pending.then(again, again)
    }
    this.waiting = true
    this.#onBreak = onBreak
    const read = this.reader.next()
    if (this.reader.wakes) return (this.#pending = read.then(this.#take, this.#stumble))
    this.#pending = new Promise(this.#keep)
    read.then(this.#taken, this.#stumbled)
    return this.#pending
  }

  /** Made once: a closure for every chunk would be a third of what a chunk costs. */
  readonly #keep = (resolve: Feed<Chunk>['settle']): void => {
    this.settle = resolve
  }
  readonly #taken = (item: IteratorResult<Chunk, unknown>): void => {
    if (this.waiting) this.settle(this.#take(item))
  }
  readonly #stumbled = (error: unknown): void => {
    if (this.waiting) this.settle(this.#stumble(error))
  }

  /** What the source gave: read, told, judged. */
  readonly #take = (item: IteratorResult<Chunk, unknown>): Item<Chunk> | Promise<Item<Chunk>> => {
    if (this.state !== 'open') return this.#verdict()
    if (item.done === true) {
      this.end()
      return this.#verdict()
    }
    // Neither a protocol nor a tap that throws may leave whoever waits without an answer.
    try {
      this.#look(item.value)
    } catch (error) {
      this.break(error)
    }
    if (this.state !== 'open') return this.#verdict()
    this.waiting = false
    return item
  }

  readonly #stumble = (error: unknown): Item<Chunk> | Promise<Item<Chunk>> => {
    // All was said: that the connection then broke is nobody's loss.
    if (this.seen.ended) this.end()
    else this.break(error)
    return this.#verdict()
  }

  #look(value: Chunk): void {
    const { seen } = this
    seen.content = undefined
    this.#protocol.read(value, seen)
    if (seen.content !== undefined) this.beats++
    if (seen.error !== undefined) this.break(seen.error)
    else if (this.taps !== undefined) for (const { chunk } of this.taps) chunk?.(value, seen)
  }

  /** A source that does not listen to its signal would have whoever waits for it wait for ever. */
  protected override wake(): void {
    if (this.waiting && !this.reader.wakes) this.settle(this.#verdict())
  }

  /** What whoever waits is to hear of the end. */
  #verdict(): Item<Chunk> | Promise<Item<Chunk>> {
    this.waiting = false
    if (this.state === 'complete') return END
    return this.#onBreak?.(this.error) ?? Promise.reject(this.error)
  }
}
