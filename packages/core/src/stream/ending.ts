import type { Seen } from '../dialect.ts'
import { faultOf, HoldfastError } from '../errors.ts'
import type { StreamTap } from '../live.ts'
import { nothingSeen } from '../nothing.ts'
import type { AbortScope } from '../scope.ts'
import { breakOf, StreamInterruptedError, type Reading } from './errors.ts'
import type { Reader } from './source.ts'
import { Tail } from './tail.ts'

const nothing = (): void => {}

/** How one attempt's stream ends: once, complete or broken, and everybody hears of it. */
export abstract class Ending<Chunk> {
  /** Is a chunk being read? */
  waiting = false
  readonly seen: Seen = nothingSeen()
  readonly tail: Tail = new Tail()
  /** Did it break while somebody waited for it? */
  brokenInHand = false
  /** The promise of this stream was kept: what breaks it from here on breaks it in the consumer's hands. */
  opened = false
  protected state: 'open' | 'complete' | 'broken' = 'open'
  protected error: unknown
  protected taps: StreamTap<Chunk>[] | undefined
  protected readonly reader: Reader<Chunk>
  readonly #ctx: Reading
  readonly #scope: AbortScope
  readonly #strict: boolean
  #leave: () => void = nothing

  constructor(reader: Reader<Chunk>, ctx: Reading, scope: AbortScope, strict: boolean) {
    this.reader = reader
    this.#ctx = ctx
    this.#scope = scope
    this.#strict = strict
    this.#leave = scope.onAbort((reason) => this.#aborted(reason))
  }

  /** Tells whoever waits, where the source will not. */
  protected abstract wake(): void

  #aborted(reason: unknown): void {
    const late = HoldfastError.is(reason) && reason.fault.kind === 'timeout'
    if (late && this.seen.ended) this.end()
    else this.break(reason)
    this.wake()
  }

  protected end(): void {
    if (this.state !== 'open') return
    if (this.#strict && !this.seen.ended && this.seen.mayEnd !== true) {
      const fault = faultOf('incomplete', 'The stream ended without its terminator', {
        // Not the request's doing: another target is better than waiting for this one.
        scope: 'model',
      })
      return this.break(new StreamInterruptedError(fault, this.seen))
    }
    try {
      if (this.taps !== undefined) for (const { end } of this.taps) end?.(this.seen)
    } catch (error) {
      return this.break(error)
    }
    this.state = 'complete'
    this.#release()
    this.tail.resolve()
  }

  protected break(cause: unknown): void {
    if (this.state !== 'open') return
    this.fail(breakOf(cause, this.seen, this.#ctx, this.#scope, this.opened))
  }

  /** `told`: what the policies hear of it. */
  protected fail(error: unknown, told: unknown = error): void {
    if (this.state !== 'open') return
    this.error = error
    this.state = 'broken'
    this.brokenInHand = this.waiting
    this.#release()
    // Upstream may still be sending (and billing): its signal and its iterator both tell it to stop.
    this.#scope.abort(told)
    this.tail.reject(told)
  }

  #release(): void {
    this.#leave()
    this.#scope.release()
    this.reader.close()
  }
}
