/**
 * Timing: one process, all cases in every round, in shuffled order, so that a busy neighbour and a warm cache hit all
 * of them; each case in a loop function of its own, so that they do not share inline caches. What counts is the
 * median of the ratios within a round, and the time on the CPU of the main thread, not the wall's.
 */
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Case {
  readonly case: string
  readonly contender: string
  readonly call: (request: string, n: number) => Promise<unknown>
  /** The call fails, and is meant to. */
  readonly rejects?: boolean
}

export interface Sampled extends Case {
  /** Nanoseconds per call, one sample a round. */
  readonly samples: number[]
  readonly bytesPerCall: number
}

type Loop = (call: Case['call'], times: number) => Promise<void>

const SAMPLE_MS = 10
/** In turns, so that nobody's code is compiled for its own case alone; a busy machine compiles late. */
const WARM_UP_MS = 100
const WARM_UP_TURNS = 4
const COUNTED_CALLS = 100

const SCHEDSTAT = '/proc/thread-self/schedstat'
const cell = new Int32Array(new SharedArrayBuffer(4))

/** Milliseconds on the CPU of this thread, where the system tells; else the wall's, which a neighbour can stretch. */
const cpuMs: () => number = existsSync(SCHEDSTAT)
  ? () => {
      // The kernel brings the account up to date when the thread leaves the CPU.
      Atomics.wait(cell, 0, 0, 0.02)
      return Number(readFileSync(SCHEDSTAT, 'utf8').split(' ')[0]) / 1e6
    }
  : () => performance.now()

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** What is left when the neighbours are quiet: a tenth of the samples is faster. */
const fastest = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 10)] ?? Number.NaN

const loopFor = ({ case: name, contender, rejects }: Case): Loop => {
  const step = rejects ? 'try { await call("hi", i) } catch {}' : 'await call("hi", i)'
  // Generated, for two closures of one source would share their feedback.
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  return new Function(
    'call',
    'times',
    `return (async () => { for (let i = 0; i < times; i++) ${step} })() // ${name}, ${contender}`,
  ) as Loop
}

export const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const from = cpuMs()
  await run()
  return cpuMs() - from
}

const bytesPer = async (loop: Loop, { call }: Case): Promise<number> => {
  const samples: number[] = []
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    await loop(call, COUNTED_CALLS)
    samples.push((process.memoryUsage().heapUsed - before) / COUNTED_CALLS)
  }
  return median(samples)
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)

/** Calls until the time is up; gives the milliseconds of one. */
const during = async (loop: Loop, { call }: Case, ms: number): Promise<number> => {
  const from = performance.now()
  let calls = 0
  let spent = 0
  for (let batch = 3; spent < ms; batch = spent < ms / 10 ? 2 * batch : batch) {
    await loop(call, batch)
    calls += batch
    spent = performance.now() - from
  }
  return spent / calls
}

/**
 * Runs all cases, interleaved. Bytes first: the collections that count them throw away the compiled code of whatever
 * did not run for a few of them, and it is the compiled code that is timed.
 */
export const measure = async (cases: readonly Case[], rounds: number): Promise<Sampled[]> => {
  const ready: { sampled: Sampled; loop: Loop; times: number }[] = []
  for (const one of cases) {
    const loop = loopFor(one)
    const wallMs = await during(loop, one, WARM_UP_MS)
    // A peer whose wait of nothing is a timer lets others in between.
    const bytesPerCall = wallMs > 0.5 ? Number.NaN : await bytesPer(loop, one)
    ready.push({ sampled: { ...one, samples: [], bytesPerCall }, loop, times: 0 })
  }
  for (let turn = 0; turn < WARM_UP_TURNS; turn++)
    for (const it of ready) {
      const wallMs = await during(it.loop, it.sampled, WARM_UP_MS)
      it.times = Math.max(3, Math.ceil(SAMPLE_MS / wallMs))
    }
  for (let round = -2; round < rounds; round++)
    for (const { sampled, loop, times } of shuffled(ready)) {
      const ms = await timed(() => loop(sampled.call, times))
      if (round >= 0) sampled.samples.push((ms * 1e6) / times)
      await sleep(0)
    }
  return ready.map(({ sampled }) => sampled)
}

/** The same of the fastest tenth of each: a neighbour that takes the cache hits long code harder than short code. */
export const ratioOfFastest = (a: Sampled, b: Sampled): number =>
  fastest(a.samples) / fastest(b.samples)

/** How many times dearer `a` is than `b`: the median over the rounds. */
export const ratio = (a: Sampled, b: Sampled): number =>
  median(a.samples.map((ns, round) => ns / (b.samples[round] ?? Number.NaN)))
