import { systemRandom, type Clock } from './clock.ts'
import type { Fault } from './fault.ts'
import type { Health } from './health.ts'
import type { CacheNote, CallRecord, Attempt, Skip } from './record.ts'
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
  readonly means: CallMeans
  readonly parent: CallRecord | undefined
  /** Somebody listens or wants the report: usage is worth reading. */
  readonly observed: boolean
  at = 0
  cache: CacheNote | undefined
  degraded = false
  /** `classify` is asked by every floor about the same error: it answers once. */
  lastError: unknown
  lastFault: Fault | undefined
  #attempts: Attempt[] | undefined
  #skipped: Skip[] | undefined
  #id: string | undefined
  readonly #n: number = ++calls

  constructor(means: CallMeans, observed: boolean, parent?: CallRecord, id?: string) {
    this.means = means
    this.observed = observed
    this.parent = parent
    this.#id = id
  }

  get id(): string {
    return (this.#id ??= nextId(this.#n))
  }
  get attempts(): readonly Attempt[] {
    return this.#attempts ?? []
  }
  get skipped(): Skip[] {
    return (this.#skipped ??= [])
  }
  get health(): Health {
    return this.means.health
  }
  get retryBudget(): RetryBudget {
    return this.means.retryBudget
  }

  /** Notes an attempt; the first one of a call funds the retry budget. */
  begin(attempt: Omit<Attempt, 'n'> & { n: number }): Attempt {
    this.at = attempt.startedAt
    if (this.#attempts === undefined) {
      this.#attempts = [attempt]
      this.means.retryBudget.deposit(attempt.startedAt)
    } else attempt.n = this.#attempts.push(attempt)
    return attempt
  }
}
