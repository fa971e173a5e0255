/**
 * The only file of the library that touches the platform's time and dice: everything else is handed them, so
 * that a test can turn both by hand. The platform's timers are looked up at each call, not captured at import:
 * a captured `setTimeout` cannot be replaced by a test's fake timers.
 */
export interface Clock {
  /** Monotonic milliseconds, from an arbitrary origin: for durations and deadlines. A set-back wall clock does not move it. */
  now(): number
  /** `now()`, or the time of the last tick while one is running: for counts over seconds, where a reading would be dear. */
  recent?(): number
  /** Milliseconds since 1970: only for HTTP dates, snapshots and logs. */
  wall(): number
  /**
   * Runs `callback` once, not earlier than `ms` from now; the returned function cancels it. `Infinity` never runs.
   * One of the `background` does not keep a process alive.
   */
  after(ms: number, callback: () => void, background?: boolean): () => void
  /** The same for a wait that is its own place in the queue: nothing is made for it. False where only `after` will do. */
  queue?(wait: Wait): boolean
}

/** A wait and its place in a ring of them; `leaveQueue` cancels it, whatever the number of others. */
export interface Wait {
  readonly ms: number
  /** When to expire; undefined until the first tick has stamped it: a number from the start would be boxed for each wait. */
  dueAt: number | undefined
  earlier: Wait
  later: Wait
  expire(): void
}

export const leaveQueue = (wait: Wait): void => {
  wait.earlier.later = wait.later
  wait.later.earlier = wait.earlier
  wait.earlier = wait.later = wait
}

/** `setTimeout` holds no more than 2^31-1 ms (24.8 days); a larger delay fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** Waits from here on share one coarse tick instead of a timer each. */
const COARSE_FROM_MS = 1_000
/** Coarse waits end at most two ticks late (5 % of the shortest), never early. */
const TICK_MS = 25

const now = (): number => performance.now()
const nothing = (): void => {}

/**
 * One interval for all waits of a second and more: a timeout that is armed and disarmed for every call
 * must not cost a timer. No clock is read when a wait starts; the first tick after it stamps it, which can only
 * make it later. Equal durations queue in due order, so that a tick looks at each queue's head only.
 */
const ticking = /* @__PURE__ */ (() => {
  const ring = (): Wait => {
    const head = { ms: 0, dueAt: undefined, expire: nothing } as unknown as Wait
    head.earlier = head.later = head
    return head
  }
  const enter = (wait: Wait, head: Wait): void => {
    wait.earlier = head.earlier
    wait.later = head
    head.earlier.later = wait
    head.earlier = wait
  }
  const fresh = ring()
  const queues = new Map<number, Wait>()
  let interval: ReturnType<typeof setInterval> | undefined
  let lastTick = 0

  const stamp = (at: number): void => {
    for (let wait = fresh.later; wait !== fresh; wait = fresh.later) {
      leaveQueue(wait)
      wait.dueAt = at + wait.ms
      let queue = queues.get(wait.ms)
      if (queue === undefined) queues.set(wait.ms, (queue = ring()))
      enter(wait, queue)
    }
  }
  const tick = (): void => {
    const at = (lastTick = now())
    for (const [ms, queue] of queues) {
      for (let wait = queue.later; wait !== queue && wait.dueAt! <= at; wait = queue.later) {
        leaveQueue(wait)
        wait.expire()
      }
      if (queue.later === queue) queues.delete(ms)
    }
    stamp(at)
    if (queues.size > 0) return
    clearInterval(interval)
    interval = undefined
  }
  return {
    queue(wait: Wait): void {
      enter(wait, fresh)
      if (interval !== undefined) return
      lastTick = now()
      interval = setInterval(tick, TICK_MS)
    },
    recent: (): number => (interval === undefined ? now() : lastTick),
  }
})()

const isCoarse = (ms: number): boolean => ms >= COARSE_FROM_MS && ms <= LONGEST_TIMER_MS

const coarse = (ms: number, expire: () => void): (() => void) => {
  const wait = { ms, dueAt: undefined, expire } as unknown as Wait
  ticking.queue(wait)
  return () => leaveQueue(wait)
}

/** A long wait in chunks that `setTimeout` can hold. */
const chunked = (ms: number, callback: () => void): (() => void) => {
  const dueAt = now() + ms
  let timer: ReturnType<typeof setTimeout>
  const arm = (): void => {
    const left = dueAt - now()
    timer = left > LONGEST_TIMER_MS ? setTimeout(arm, LONGEST_TIMER_MS) : setTimeout(callback, left)
  }
  arm()
  return () => clearTimeout(timer)
}

const precise = (ms: number, callback: () => void, background?: boolean): (() => void) => {
  // A deadline may have passed: Node warns of negative delays.
  const timer = setTimeout(callback, Math.max(0, ms))
  if (background) (timer as { unref?: () => void }).unref?.()
  return () => clearTimeout(timer)
}

/** The platform's clock. */
export const systemClock: Clock = {
  now,
  recent: () => ticking.recent(),
  wall: () => Date.now(),
  after(ms, callback, background) {
    if (ms === Infinity) return nothing
    if (ms < COARSE_FROM_MS || background)
      return precise(Math.min(ms, LONGEST_TIMER_MS), callback, background)
    return isCoarse(ms) ? coarse(ms, callback) : chunked(ms, callback)
  },
  queue(wait) {
    const fits = isCoarse(wait.ms)
    if (fits) ticking.queue(wait)
    return fits
  },
}

/** The platform's dice: 0 inclusive to 1 exclusive. */
export const systemRandom = (): number => Math.random()
