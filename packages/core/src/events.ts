import { EventEmitter } from 'eventemitter3'

import type { Fault } from './fault.ts'
import { isPromiseLike } from './promised.ts'
import type { Attempt, CallRecord } from './record.ts'

/** What happened, past tense, `noun:verb`. Open: each policy package adds its own with `declare module '@holdfast/core/events'`. */
export interface EventMap {
  'call:started': { readonly request: unknown }
  /** `endedAt` in monotonic milliseconds: whoever keeps books reads no clock of its own. */
  'call:succeeded': {
    readonly durationMs: number
    readonly endedAt: number
    readonly call: CallRecord
  }
  'call:failed': {
    readonly durationMs: number
    readonly endedAt: number
    readonly error: unknown
    readonly fault: Fault
    readonly call: CallRecord
    readonly request: unknown
  }
  'attempt:started': { readonly attemptRecord: Readonly<Attempt> }
  'attempt:succeeded': { readonly attemptRecord: Readonly<Attempt> }
  'attempt:failed': {
    readonly attemptRecord: Readonly<Attempt>
    readonly error: unknown
    readonly fault: Fault
  }
  /** A paid answer came after the call was given up: it is handed to you here, because nobody else will see it. */
  'attempt:discarded': { readonly attemptRecord: Readonly<Attempt>; readonly response: unknown }
}

export type EventName = keyof EventMap

/** On every event: enough to label a metric and to join a trace. */
export interface EventHeader {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly route: string
  readonly callId: string
  readonly provider: string
  readonly model: string | undefined
  readonly target: string | undefined
  readonly attempt: number
}

export type EventOf<K extends EventName> = EventHeader & { readonly type: K } & EventMap[K]

/** One discriminated union: `switch (event.type)` narrows the payload. */
export type AnyEvent = { [K in EventName]: EventOf<K> }[EventName]

/** Told when a listener threw or rejected; without one of these, the error goes to the console. */
export interface ListenerFailure {
  readonly error: unknown
  readonly type: string
}

type Listeners = { [K in EventName]: (event: EventOf<K>) => void } & {
  '*': (event: AnyEvent) => void
  'listener:failed': (failure: ListenerFailure) => void
}
type Name = EventEmitter.EventNames<Listeners>
type ListenerOf<K extends Name> = EventEmitter.EventListener<Listeners, K>
type Listener = (event: { readonly type?: string }) => unknown

/**
 * The emitter of a pipeline. `'*'` receives everything.
 * A listener may never fail a call (T32): what it throws or rejects with is reported once, as `listener:failed`.
 */
export class Events extends EventEmitter<Listeners> {
  readonly #guarded = new WeakMap<Listener, Listener>()
  /** Has anybody ever listened? Until then a call keeps no books that nobody will read. */
  listened = false

  /** True when an event of this type would reach anyone: nothing is built for nobody. */
  wants(type: EventName): boolean {
    return this.listenerCount(type) > 0 || this.listenerCount('*') > 0
  }

  /** Delivers to the listeners of the type, then to those of `'*'`. */
  publish(event: AnyEvent): void {
    const emitter: EventEmitter = this as never
    emitter.emit(event.type, event)
    if (emitter.listenerCount('*') > 0) emitter.emit('*', event)
  }

  override on<K extends Name>(type: K, listener: ListenerOf<K>): this {
    return super.on(type, this.#guard(type, listener))
  }
  override addListener<K extends Name>(type: K, listener: ListenerOf<K>): this {
    return this.on(type, listener)
  }
  override once<K extends Name>(type: K, listener: ListenerOf<K>): this {
    return super.once(type, this.#guard(type, listener))
  }
  /** The emitter itself calls this to take back a `once`, and then means no other. */
  override removeListener<K extends Name>(
    type: K,
    listener?: ListenerOf<K>,
    context?: unknown,
    once?: boolean,
  ): this {
    return super.removeListener(type, listener && this.#guard(type, listener), context, once)
  }
  override off<K extends Name>(
    type: K,
    listener?: ListenerOf<K>,
    context?: unknown,
    once?: boolean,
  ): this {
    return this.removeListener(type, listener, context, once)
  }

  #guard<K extends Name>(type: K, listener: ListenerOf<K>): ListenerOf<K> {
    this.listened = true
    let guarded = this.#guarded.get(listener as Listener)
    if (guarded === undefined) {
      const call = listener as Listener
      guarded = (event) => {
        try {
          const result = call(event)
          if (isPromiseLike(result))
            result.then(undefined, (error: unknown) => this.#report(event.type ?? type, error))
        } catch (error) {
          this.#report(event.type ?? type, error)
        }
      }
      this.#guarded.set(listener as Listener, guarded)
      // The emitter takes a `once` listener back by the function it was given: the guarded one.
      this.#guarded.set(guarded, guarded)
    }
    return guarded
  }

  #report(type: string, error: unknown): void {
    if (type !== 'listener:failed' && this.listenerCount('listener:failed') > 0)
      this.emit('listener:failed', { error, type })
    else console.error(`holdfast: a listener of '${type}' failed`, error)
  }
}
