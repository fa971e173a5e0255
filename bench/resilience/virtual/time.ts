import { seededRandom } from '@holdfast/testing'

import { Timers, type Timer } from './timers.ts'

const { setImmediate: soon } = globalThis
const RealDate = Date
/** Plausible to parsers of HTTP dates. */
const WALL_MS = 1_700_000_000_000

const MOST_TIMERS_A_SECOND = 100_000

/** What `setTimeout` returns on Node; SDKs call `unref` on it. */
class Handle {
  timer: Timer
  constructor(timer: Timer) {
    this.timer = timer
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return false
  }
  close(): this {
    this.timer.cancelled = true
    return this
  }
}

/**
 * The process's time and dice, turned by hand: while it is installed, everything in the process (SDKs too) sees a
 * clock that stands still until nothing is left to do, and then jumps to the next timer.
 */
export class VirtualTime {
  readonly #timers = new Timers()
  readonly #undo: (() => void)[] = []
  #now = 0

  install(): void {
    this.#replace(
      globalThis,
      'setTimeout',
      (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        new Handle(this.#timers.add(this.#now + delay(ms), () => callback(...args))),
    )
    this.#replace(
      globalThis,
      'setInterval',
      (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
        const arm = (): Timer => this.#timers.add(this.#now + delay(ms), again)
        const again = (): void => {
          handle.timer = arm()
          callback(...args)
        }
        const handle = new Handle(arm())
        return handle
      },
    )
    const clear = (handle?: unknown): void => {
      if (handle instanceof Handle) handle.close()
    }
    this.#replace(globalThis, 'clearTimeout', clear)
    this.#replace(globalThis, 'clearInterval', clear)
    this.#replace(performance, 'now', () => this.#now)
    const wall = (): number => WALL_MS + this.#now
    this.#replace(
      globalThis,
      'Date',
      class extends RealDate {
        constructor(...args: readonly unknown[]) {
          super(...((args.length === 0 ? [wall()] : args) as [number]))
        }
        static override now(): number {
          return Math.floor(wall())
        }
      },
    )
    this.#replace(AbortSignal, 'timeout', (ms: number) => {
      const controller = new AbortController()
      setTimeout(
        () => controller.abort(new DOMException('The operation timed out', 'TimeoutError')),
        ms,
      )
      return controller.signal
    })
  }

  uninstall(): void {
    while (this.#undo.length > 0) this.#undo.pop()?.()
  }

  /** Begins a run at time 0, with no timer of an earlier one. */
  restart(seed: number): void {
    this.#timers.clear()
    this.#now = 0
    this.#replace(Math, 'random', seededRandom(seed))
  }

  /** Runs until `done`, until no timer is left, or until this time has come. */
  async run(done: () => boolean, untilMs: number): Promise<void> {
    await settle()
    let second = 0
    let timers = 0
    while (!done()) {
      const timer = this.#timers.next(untilMs)
      if (timer === undefined) return
      this.#now = Math.max(this.#now, timer.dueAt)
      if (Math.floor(this.#now / 1_000) !== second) {
        second = Math.floor(this.#now / 1_000)
        timers = 0
      }
      // A contender that waits for what does not come in a loop would stop the clock for ever.
      if (++timers > MOST_TIMERS_A_SECOND)
        throw new Error(
          `More than ${MOST_TIMERS_A_SECOND} timers in second ${second}: something spins`,
        )
      timer.callback()
      await settle()
    }
  }

  #replace(owner: object, name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(owner, name)
    this.#undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, name)
      else Object.defineProperty(owner, name, before)
    })
    Object.defineProperty(owner, name, { value, writable: true, configurable: true })
  }
}

/** As Node: what is no number, or below 1, is 1. */
const delay = (ms: unknown): number => {
  const asked = Number(ms)
  return asked >= 1 && asked <= 2 ** 31 - 1 ? asked : 1
}

/** All promises that can settle without time passing have settled. */
const settle = (): Promise<void> =>
  new Promise((resolve) => {
    soon(resolve)
  })
