import type { Clock } from './clock.ts'
import type { Dialect } from './dialect.ts'
import type { EventMap, EventName } from './events.ts'
import type { Fault } from './fault.ts'
import type { Health } from './health.ts'
import type { CallRecord } from './record.ts'
import type { AbortScope } from './scope.ts'
import type { TargetInfo } from './target.ts'

/** A typed slot for data that travels with a call. */
export interface ContextKey<T> {
  readonly id: symbol
  readonly '~type'?: T
}

/** Makes a key: `const tenant = contextKey<string>('tenant')`, then `ctx.set(tenant, 'acme')`. */
export const contextKey = <T>(name: string): ContextKey<T> => ({ id: Symbol(name) })

/** What flows down a pipeline. Readonly: to change something for the inner layers, hand overrides to `next`. */
export interface Context<Req = unknown> {
  readonly request: Req
  /** Aborts when the caller leaves or a limit outside fires. Made on first read: not reading it costs nothing. */
  readonly signal: AbortSignal
  /** What `signal` is made from: waits and timers hang on it without making one. */
  readonly scope: AbortScope
  /** Monotonic milliseconds of `clock`; `Infinity` when there is no limit. */
  readonly deadline: number
  readonly provider: string
  readonly model: string | undefined
  /** 1 for the first try within the nearest retry. */
  readonly attempt: number
  /** The pipeline's name: few values, safe as a metric label. */
  readonly route: string
  readonly callId: string
  /** Where the request goes; the pipeline's own provider is a target too. */
  readonly target: TargetInfo
  readonly dialect: Dialect | undefined
  readonly health: Health
  readonly clock: Clock
  readonly random: () => number
  /** Shared by the whole call, nested pipelines too. */
  readonly call: CallRecord
  /** How many healthy targets nobody has tried yet: while there is one, waiting for this one is a waste. */
  alternatives(): number
  /** Why it failed, seen from this floor: inside a cancelled floor everything is the cancellation. */
  classify(error: unknown): Fault
  /** Tells the listeners; free when there is none. */
  emit<K extends EventName>(type: K, payload: EventMap[K]): void
  get<T>(key: ContextKey<T>): T | undefined
  /** On this attempt's fork: kept only if it wins (T74). */
  set<T>(key: ContextKey<T>, value: T): void
  /** A fork whose parts may be set until it is handed on: for adapters, and for `direct` policies in place of overrides. */
  fork(): Fork<Req>
  /** For background work that outlives the caller: own signal, deadline and record, linked to this call. */
  detach(): Context<Req>
}

/** A fork before it is handed on: these parts may still be set. */
export interface Fork<Req = unknown> extends Context<Req> {
  request: Req
  scope: AbortScope
  deadline: number
  attempt: number
  target: TargetInfo
  alternatives: () => number
}

/** The part of the context that may be replaced for what is inside. */
export interface Overrides<Req> {
  readonly request?: Req
  readonly signal?: AbortSignal
  readonly scope?: AbortScope
  readonly deadline?: number
  readonly provider?: string
  readonly model?: string | undefined
  readonly attempt?: number
  /** A `Target`; which request it takes is left open, so that a provider may take a plain `Context` for its `ctx`. */
  readonly target?: TargetInfo
  readonly alternatives?: () => number
}
