import { createHook } from 'node:async_hooks'
import { getEventListeners } from 'node:events'

import { bare, realStack, type Ask } from './holdfast.ts'
/**
 * What one call of the real stack makes: counted, not timed, so that CI can hold it. Prints one JSON object.
 * A process of its own, for the patched globals would slow the timed cases down.
 *
 *     node --expose-gc --conditions=@holdfast/source bench/overhead/counters.ts
 */
import { made } from './patched.ts' // first: see there

export interface Counters {
  readonly promises: number
  readonly hops: number
  readonly timers: number
  readonly abortControllers: number
  readonly errors: number
  readonly bytesPerCall: number
  /** Bytes held by a call that waits, with 10,000 of them. */
  readonly heapPerInFlight: number
  /** Bytes by which the heap has grown after 100,000 calls on one signal. */
  readonly heapGrowth: number
  /** Listeners left on that signal. */
  readonly listenersLeft: number
  /** One of each, made on purpose: a counter that sees nothing would be content with anything. */
  readonly control: typeof made
}

const CALLS = 1_000
const IN_FLIGHT = 10_000
const ON_ONE_SIGNAL = 100_000
const chat = realStack()
const ask: Ask = (request) => chat(request)

const repeat = async (call: Ask, times: number): Promise<void> => {
  for (let i = 0; i < times; i++) await call('hi')
}
const round = (value: number): number => Math.round(value * 100) / 100

const promisesOf = async (call: Ask): Promise<number> => {
  let promises = 0
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') promises++
    },
  }).enable()
  await repeat(call, CALLS)
  hook.disable()
  return promises / CALLS
}

/** How often a competing microtask comes to run before the call has settled; 1 for a bare one. */
const hopsOf = async (call: Ask): Promise<number> => {
  let hops = 0
  let over = false
  const tick = (): void => {
    if (over) return
    hops++
    queueMicrotask(tick)
  }
  queueMicrotask(tick)
  await call('hi').then(() => (over = true))
  return hops
}

const heap = (): number => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Few calls a sample, so that they fit into the young generation: a collection in between would hide them. */
const bytesOf = async (call: Ask): Promise<number> => {
  const samples: number[] = []
  for (let i = 0; i < 15; i++) {
    const before = heap()
    await repeat(call, 100)
    samples.push((process.memoryUsage().heapUsed - before) / 100)
  }
  return samples.toSorted((a, b) => a - b)[7] ?? Number.NaN
}

const heapPerInFlight = async (): Promise<number> => {
  const waiting: ((answer: string) => void)[] = []
  const slow = realStack(() => new Promise((resolve) => void waiting.push(resolve)))
  const start = (): Promise<string>[] => Array.from({ length: IN_FLIGHT }, () => slow('hi'))
  const finish = async (calls: Promise<string>[]): Promise<void> => {
    for (const answer of waiting.splice(0)) answer('answer')
    await Promise.all(calls)
  }
  await finish(start())
  const before = heap()
  const calls = start()
  const held = (heap() - before) / IN_FLIGHT
  await finish(calls)
  return held
}

const onOneSignal = async (): Promise<{ heapGrowth: number; listenersLeft: number }> => {
  const { signal } = new AbortController()
  const withSignal: Ask = (request) => chat(request, { signal })
  await repeat(withSignal, CALLS)
  const before = heap()
  await repeat(withSignal, ON_ONE_SIGNAL)
  return {
    heapGrowth: heap() - before,
    listenersLeft: getEventListeners(signal, 'abort').length,
  }
}

const controlled = (): typeof made => {
  const before = { ...made }
  clearTimeout(setTimeout(() => {}, 0))
  new AbortController().abort(new Error('control'))
  return difference(before)
}
const difference = (before: typeof made): typeof made => ({
  timers: made.timers - before.timers,
  abortControllers: made.abortControllers - before.abortControllers,
  errors: made.errors - before.errors,
})

await repeat(ask, 5 * CALLS)
const before = { ...made }
await repeat(ask, CALLS)
const madeBy = difference(before)
const counters: Counters = {
  // The await of the loop makes one, too; that of a bare call is the one to count.
  promises: round((await promisesOf(ask)) - (await promisesOf(bare)) + 1),
  hops: await hopsOf(ask),
  timers: round(madeBy.timers / CALLS),
  abortControllers: round(madeBy.abortControllers / CALLS),
  errors: round(madeBy.errors / CALLS),
  bytesPerCall: Math.round(await bytesOf(ask)),
  heapPerInFlight: Math.round(await heapPerInFlight()),
  ...(await onOneSignal()),
  control: controlled(),
}
console.log(JSON.stringify(counters))
