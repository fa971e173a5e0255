import { systemRandom, type Clock } from './clock.ts'
import type { Fault } from './fault.ts'
import type { Health } from './health.ts'
import type { CacheNote, CallRecord, RunningAttempt, Skip } from './record.ts'
import type { RetryBudget } from './retry-budget.ts'

let calls = 0
let prefix = ''

/** Unique within a process by the counter and, well enough for logs, between processes by the prefix. */
const nextId = (n: number): string => {
  prefix ||= Math.trunc(systemRandom() * 36 ** 6).toString(36)
  return `${prefix}-${n.toString(36)}`
}

/** What a call is made with. */
export interface CallMeans {
  readonly clock: Clock
  readonly random: () => number
  readonly health: Health
  readonly retryBudget: RetryBudget
}

/** The record of one call while it runs; what is seldom asked for is made when it is. */
export class Call implements CallRecord {
  declare readonly means: CallMeans
  declare readonly parent: CallRecord | undefined
  /** Somebody listens or wants the report: usage is worth reading. */
  declare readonly observed: boolean
  /** Do its attempts carry times? Reading a clock costs as much as two layers: it is done when somebody asks for them. */
  declare timed: boolean
  declare cache: CacheNote | undefined
  declare degraded: boolean
  /** `classify` is asked by every floor about the same error: it answers once. */
  declare lastError: unknown
  declare lastFault: Fault | undefined
  declare private readAt: number | undefined
  /** The only attempt of most calls: an array for one would be a waste. */
  declare private first: RunningAttempt | undefined
  declare private tried: RunningAttempt[] | undefined
  declare private passedOver: Skip[] | undefined
  declare private givenId: string | undefined
  declare private readonly n: number

  constructor(
    means: CallMeans,
    observed: boolean,
    timed: boolean,
    parent?: CallRecord,
    id?: string,
  ) {
    this.means = means
    this.observed = observed
    this.timed = timed
    this.parent = parent
    this.givenId = id
    this.n = ++calls
    this.cache = undefined
    this.degraded = false
    this.lastError = undefined
    this.lastFault = undefined
    this.readAt = undefined
    this.first = undefined
    this.tried = undefined
    this.passedOver = undefined
  }

  get id(): string {
    return (this.givenId ??= nextId(this.n))
  }
  get latest(): RunningAttempt | undefined {
    return this.tried?.at(-1) ?? this.first
  }
  get attempts(): RunningAttempt[] {
    return (this.tried ??= this.first === undefined ? [] : [this.first])
  }
  get skipped(): Skip[] {
    return (this.passedOver ??= [])
  }
  get health(): Health {
    return this.means.health
  }
  get retryBudget(): RetryBudget {
    return this.means.retryBudget
  }

  get at(): number {
    const { clock } = this.means
    return (this.readAt ??= (!this.timed && clock.recent?.()) || clock.now())
  }
  /** Something happened: the next reading of `at` is a new one. */
  moved(): void {
    this.readAt = undefined
  }

  begin(attempt: RunningAttempt): RunningAttempt {
    if (this.first === undefined && this.tried === undefined) this.first = attempt
    else attempt.n = this.attempts.push(attempt)
    return attempt
  }
}
