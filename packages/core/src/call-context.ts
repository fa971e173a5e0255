import { Call } from './call.ts'
import type { Clock } from './clock.ts'
import type { ContextKey, Fork } from './context.ts'
import type { Dialect } from './dialect.ts'
import type { AnyEvent, EventMap, EventName } from './events.ts'
import type { Fault } from './fault.ts'
import type { Health } from './health.ts'
import { cancellation, read } from './reading.ts'
import { AbortScope } from './scope.ts'
import type { Site } from './site.ts'
import type { Target } from './target.ts'

const none = (): number => 0
/** A name, not a symbol: a class with a computed name is kept by bundlers whether used or not. */
const CONTEXT = '~holdfast.context'

/** Is this the context of a running call (of whichever copy of core)? Then a handler that is given it nests. */
export const isContext = (value: unknown): value is CallContext<unknown> =>
  typeof value === 'object' && value !== null && CONTEXT in value

/**
 * One fork of a call's context.
 * Made once or twice per call, so its fields are declared only: a class field would be written twice.
 */
export class CallContext<Req> implements Fork<Req> {
  declare request: Req
  declare scope: AbortScope
  /** Undefined for none: an `Infinity` would be boxed anew for every fork. */
  declare private ends: number | undefined
  declare attempt: number
  declare target: Target<Req, unknown>
  declare readonly call: Call
  declare alternatives: () => number
  declare readonly site: Site
  /** The context of the pipeline that this one runs in. */
  declare readonly outer: CallContext<unknown> | undefined
  /** Its attempt failed: what was set here is not to be seen from outside. */
  declare private lost: boolean
  declare private readonly parent: CallContext<Req> | undefined
  /** The latest fork: the one that wins, unless a later one takes its place. */
  declare private latest: CallContext<Req> | undefined
  declare private locals: Map<symbol, unknown> | undefined

  constructor(
    site: Site,
    call: Call,
    request: Req,
    scope: AbortScope,
    deadline: number | undefined,
    attempt: number,
    target: Target<Req, unknown>,
    alternatives: () => number = none,
    outer?: CallContext<unknown>,
    parent?: CallContext<Req>,
  ) {
    this.site = site
    this.call = call
    this.request = request
    this.scope = scope
    this.ends = deadline === Infinity ? undefined : deadline
    this.attempt = attempt
    this.target = target
    this.alternatives = alternatives
    this.outer = outer
    this.parent = parent
    this.lost = false
    this.latest = undefined
    this.locals = undefined
  }

  /** On the prototype: a mark that every fork carried would be a field to write for each. */
  get '~holdfast.context'(): true {
    return true
  }

  get signal(): AbortSignal {
    return this.scope.signal
  }
  get deadline(): number {
    return this.ends ?? Infinity
  }
  set deadline(at: number) {
    this.ends = at === Infinity ? undefined : at
  }
  get provider(): string {
    return this.target.provider
  }
  get model(): string | undefined {
    return this.target.model
  }
  get route(): string {
    return this.site.name
  }
  /** Does something here, or in a pipeline around it, send again? Then its calls fund the retry budget. */
  get funded(): boolean {
    return this.site.funds || (this.outer?.funded ?? false)
  }
  get callId(): string {
    return this.call.id
  }
  get dialect(): Dialect | undefined {
    return this.site.dialect
  }
  get health(): Health {
    return this.call.means.health
  }
  get clock(): Clock {
    return this.call.means.clock
  }
  get random(): () => number {
    return this.call.means.random
  }

  classify(error: unknown): Fault {
    const { call, scope } = this
    if (scope.aborted) return cancellation(scope.reason)
    if (call.lastFault !== undefined && call.lastError === error) return call.lastFault
    const fault = read(error, this)
    call.lastError = error
    call.lastFault = fault
    return fault
  }

  emit<K extends EventName>(type: K, payload: EventMap[K]): void {
    const { site, outer } = this
    if (site.events.wants(type)) {
      const { route, callId, provider, model, attempt } = this
      const at = this.clock.wall()
      const target = this.target.id
      // One object, in one go: a watched call makes several of them.
      const event = { type, at, route, callId, provider, model, target, attempt, ...payload }
      site.events.publish(event as unknown as AnyEvent)
    }
    if (outer !== undefined && outer.site.events !== site.events) outer.emit(type, payload)
  }

  get<T>(key: ContextKey<T>): T | undefined {
    if (this.locals?.has(key.id)) return this.locals.get(key.id) as T
    // What the attempt that won has set inside; what stands on this very fork was set from outside and stays.
    for (let inner = this.latest; inner && !inner.lost; inner = inner.latest)
      if (inner.locals?.has(key.id)) return inner.locals.get(key.id) as T
    for (let above = this.parent; above; above = above.parent)
      if (above.locals?.has(key.id)) return above.locals.get(key.id) as T
    return this.outer?.get(key)
  }

  set<T>(key: ContextKey<T>, value: T): void {
    ;(this.locals ??= new Map()).set(key.id, value)
  }

  fork(): CallContext<Req> {
    const fork = new CallContext<Req>(
      this.site,
      this.call,
      this.request,
      this.scope,
      this.ends,
      this.attempt,
      this.target,
      this.alternatives,
      this.outer,
      this,
    )
    if (this.lost) this.revive()
    this.latest = fork
    return fork
  }

  /** The attempt failed, and with it the forks that were made for it alone. */
  lose(): void {
    this.lost = true
    // Who was cancelled lost a race within them: they may have been answered.
    if (!this.scope.aborted && this.parent?.latest === this) this.parent.lose()
  }

  /** What is tried again is not lost. */
  private revive(): void {
    this.lost = false
    if (this.parent?.lost) this.parent.revive()
  }

  detach(): CallContext<Req> {
    const { site, call, request, target, outer } = this
    const own = new Call(call.means, call.observed, call.timed, call)
    const scope = new AbortScope()
    // What was set for the call (a tenant, a user) is known to its background work, too.
    return new CallContext(site, own, request, scope, undefined, 1, target, none, outer, this)
  }
}
