import {
  faultOf,
  HoldfastError,
  limits,
  standard,
  type Clock,
  type Context,
  type Handler,
} from 'holdfast'

// Fifty thousand calls for a key of 600 requests a minute: an hour and a half of work, and somebody who asks in between
// wants an answer now. Time is virtual here, so that it takes seconds; nothing else is.

interface Job {
  readonly prompt: string
  /** Nobody waits for a batch job; somebody waits for the others. */
  readonly priority: 'interactive' | 'batch'
}

interface Answer {
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number }
}

/** Thrown when the money is spent: an error of one's own brings its fault along, and every policy understands it. */
export class BudgetExhaustedError extends HoldfastError {
  readonly code = 'HOLDFAST_BUDGET_EXHAUSTED'
  readonly userMessage = 'The budget of this batch is spent.'
  constructor(spent: number) {
    super(faultOf('budget-exhausted', `$${spent.toFixed(2)} are spent`))
  }
}

/** Dollars per token. */
const PRICE = { input: 0.15e-6, output: 0.6e-6 }

/**
 * A policy of one's own: adds up what answers cost, and sends nothing more when it is too much. What is under way may
 * still cost something; `costBudget` of `@holdfast/monitor` reserves the dearest answer beforehand.
 */
const spending = (budget: number) => {
  let spent = 0
  const policy = async (_: Context<Job>, next: () => Promise<Answer>): Promise<Answer> => {
    if (spent >= budget) throw new BudgetExhaustedError(spent)
    const answer = await next()
    const { inputTokens, outputTokens } = answer.usage
    spent += inputTokens * PRICE.input + outputTokens * PRICE.output
    return answer
  }
  return { policy, spent: () => spent }
}

/** A key of 600 requests a minute, as providers keep it: a bucket, headers that tell of it, and a 429 beyond it. */
const provider = (clock: Clock, random: () => number) => {
  let left = 10
  let at = clock.now()
  const seen = { sent: 0, rejected: 0 }
  const call = async ({ prompt }: Job): Promise<Answer> => {
    seen.sent++
    left = Math.min(10, left + (clock.now() - at) / 100)
    at = clock.now()
    const admitted = left >= 1
    if (admitted) left--
    const headers = {
      'x-ratelimit-limit-requests': '600',
      'x-ratelimit-remaining-requests': String(Math.floor(left)),
    }
    const fails = random() < 0.01
    await new Promise<void>(
      (resolve) => void clock.after(admitted ? 800 + 1_200 * random() : 50, resolve),
    )
    if (!admitted) {
      seen.rejected++
      throw Object.assign(new Error('429'), {
        status: 429,
        headers: { ...headers, 'retry-after': '1' },
      })
    }
    if (fails) throw Object.assign(new Error('500'), { status: 500, headers })
    return { text: `Answer to ${prompt}`, headers, usage: { inputTokens: 300, outputTokens: 120 } }
  }
  return { call, seen }
}

export interface BatchResult {
  readonly answered: number
  readonly unpaid: number
  readonly failed: number
  readonly sent: number
  readonly rejected: number
  readonly spent: number
  readonly minutes: number
  /** Longest time that an interactive call took, in seconds. */
  readonly slowestInteractive: number
}

const nothing = (): void => {}

/** Runs the batch, with an interactive call every ten seconds beside it. */
export const runBatch = async (
  { clock, run, random }: VirtualTime,
  {
    jobs = 50_000,
    budget = 100,
    tell = nothing,
  }: { jobs?: number; budget?: number; tell?: (bar: string) => void } = {},
): Promise<BatchResult> => {
  const { call, seen } = provider(clock, random)
  const { policy, spent } = spending(budget)
  const ask: Handler<Job, Answer> = standard<Job, Answer>({
    targets: [{ id: 'key-1', provider: 'openai', call }],
    // A batch has all day; so have the calls that wait in it.
    deadlineMs: Infinity,
    limits: limits({ maxQueued: 2 * jobs, maxWaitMs: Infinity }),
    priority: (ctx) => (ctx.request as Job).priority,
    validate: [policy],
    clock,
    random,
    name: 'batch',
    providerRetries: 0,
  })

  const tally = { answered: 0, unpaid: 0, failed: 0 }
  let slowestMs = 0
  const one = async (job: Job): Promise<void> => {
    const startedAt = clock.now()
    try {
      await ask(job)
      tally.answered++
      if (job.priority === 'interactive') slowestMs = Math.max(slowestMs, clock.now() - startedAt)
    } catch (error) {
      if (HoldfastError.is(error) && error.fault.kind === 'budget-exhausted') tally.unpaid++
      else tally.failed++
    }
  }

  const startedAt = clock.now()
  const batch = Array.from({ length: jobs }, (_, i) =>
    one({ prompt: `job ${i}`, priority: 'batch' }),
  )
  let over = false
  const interactive: Promise<void>[] = []
  const knock = (): void => {
    if (over) return
    interactive.push(one({ prompt: 'now, please', priority: 'interactive' }))
    tell(
      bar(tally.answered + tally.unpaid + tally.failed, jobs + interactive.length, spent(), budget),
    )
    clock.after(10_000, knock)
  }
  clock.after(10_000, knock)
  const done = Promise.all(batch).then(() => (over = true))
  await run(done)
  await run(Promise.all(interactive))
  return {
    ...tally,
    sent: seen.sent,
    rejected: seen.rejected,
    spent: spent(),
    minutes: (clock.now() - startedAt) / 60_000,
    slowestInteractive: slowestMs / 1_000,
  }
}

const WIDTH = 30

/** `[=========>                    ]  31 %  15,500 of 50,000  $1.81 of $100.00` */
const bar = (done: number, all: number, spent: number, budget: number): string => {
  const full = Math.floor((WIDTH * done) / all)
  const line = '='.repeat(Math.max(0, full - 1)) + (full > 0 ? '>' : '')
  const percent = String(Math.floor((100 * done) / all)).padStart(3)
  return `[${line.padEnd(WIDTH)}] ${percent} %  ${done.toLocaleString('en')} of ${all.toLocaleString('en')}  $${spent.toFixed(2)} of $${budget.toFixed(2)}`
}

/** A clock that jumps to whatever is due next as soon as there is nothing else to do. */
export interface VirtualTime {
  readonly clock: Clock
  readonly random: () => number
  /** Lets time pass until the work is done. */
  readonly run: (work: Promise<unknown>) => Promise<void>
}

export const virtualTime = (seed = 1): VirtualTime => {
  const timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>()
  let now = 0
  let state = seed
  const clock: Clock = {
    now: () => now,
    wall: () => 1_764_000_000_000 + now,
    after(ms, callback) {
      const timer = { dueAt: now + Math.max(0, ms), callback }
      if (ms < Infinity) timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  return {
    clock,
    // A linear congruential generator: plain, seeded, and good enough for latencies.
    random: () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32,
    async run(work) {
      const progress = { over: false }
      const end = (): void => void (progress.over = true)
      work.then(end, end)
      while (!progress.over) {
        // A turn of the event loop: all that is ready runs before time goes on.
        await new Promise<void>((resolve) => void setImmediate(resolve))
        let next: { readonly dueAt: number; readonly callback: () => void } | undefined
        for (const timer of timers) if (next === undefined || timer.dueAt < next.dueAt) next = timer
        if (next === undefined) continue
        timers.delete(next)
        now = Math.max(now, next.dueAt)
        next.callback()
      }
    },
  }
}

if (import.meta.main) {
  const draw = (line: string): void => void process.stdout.write(`\r${line}`)
  const result = await runBatch(virtualTime(), { tell: draw })
  console.log('\n', result)
}
