const real = { setTimeout, setInterval, now: performance.now.bind(performance) }

/** Real time, but so many times as fast, for all who ask the globals; the returned function puts it back. */
export const speedUp = (speed: number): (() => void) => {
  const start = real.now()
  const wall = Date.now()
  const now = (): number => (real.now() - start) * speed
  const RealDate = Date
  const { setTimeout: timeout, setInterval: interval } = real

  globalThis.setTimeout = ((callback: () => void, ms = 0, ...args: []) =>
    timeout(callback, ms / speed, ...args)) as typeof setTimeout
  globalThis.setInterval = ((callback: () => void, ms = 0, ...args: []) =>
    interval(callback, ms / speed, ...args)) as typeof setInterval
  performance.now = now
  globalThis.Date = class extends RealDate {
    constructor(...args: readonly unknown[]) {
      super(...((args.length === 0 ? [wall + now()] : args) as [number]))
    }
    static override now(): number {
      return Math.floor(wall + now())
    }
  } as DateConstructor
  return () => {
    globalThis.setTimeout = timeout
    globalThis.setInterval = interval
    performance.now = real.now
    globalThis.Date = RealDate
  }
}
