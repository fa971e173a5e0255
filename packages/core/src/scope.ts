/** One that waits for a scope to abort. Joining and leaving cost the same however many wait. */
export interface Member {
  previous: Member
  next: Member
  notify(reason: unknown): void
}

const unlink = (member: Member): void => {
  member.previous.next = member.next
  member.next.previous = member.previous
  member.previous = member.next = member
}

const nothing = (): void => {}

/** The ring's head is a member that is never told anything. */
const ring = (): Member => {
  const head = { previous: undefined, next: undefined, notify: nothing } as unknown as Member
  head.previous = head.next = head
  return head
}

/**
 * A piece of work that can be aborted, inside another piece of work.
 * Its `AbortSignal` is made when somebody reads it: a controller costs more than a whole chain of policies, and many
 * providers never look. Children hang on an intrusive ring, because adding and removing a listener on one AbortSignal
 * takes time in the number of its live listeners (99 µs at 10,000).
 */
export class AbortScope implements Member {
  declare private over: boolean
  declare private why: unknown
  declare previous: Member
  declare next: Member
  declare private readonly parent: AbortScope | undefined
  declare private members: Member | undefined
  declare private controller: AbortController | undefined

  constructor(parent?: AbortScope) {
    this.over = false
    this.why = undefined
    this.previous = this.next = this
    this.parent = parent
    this.members = undefined
    this.controller = undefined
    if (parent === undefined) return
    if (parent.aborted) {
      this.over = true
      this.why = parent.reason
    } else parent.enter(this)
  }

  get aborted(): boolean {
    return this.over
  }
  get reason(): unknown {
    return this.why
  }
  /** Made on first read. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController()
      if (this.aborted) this.controller.abort(this.reason)
    }
    return this.controller.signal
  }

  /** Aborts this work and everything inside it, with this very reason. */
  abort(reason: unknown): void {
    if (this.over) return
    this.over = true
    this.why = reason
    this.release()
    // Our own members first: they are told synchronously whatever a foreign listener does.
    const members = this.members
    if (members !== undefined) {
      this.members = undefined
      for (let member = members.next; member !== members; member = members.next) {
        unlink(member)
        member.notify(reason)
      }
    }
    this.controller?.abort(reason)
  }

  /** Calls `listener` with the reason when this aborts; the returned function takes it back. */
  onAbort(listener: (reason: unknown) => void): () => void {
    if (this.aborted) {
      listener(this.reason)
      return () => {}
    }
    const member = { previous: undefined, next: undefined, notify: listener } as unknown as Member
    member.previous = member.next = member
    this.enter(member)
    return () => this.leave(member)
  }

  /** Takes a member back; of one that was told already there is nothing left to take. */
  leave(member: Member): void {
    unlink(member)
    this.left()
  }

  /** Unlinks from the parent without aborting: a stream may still be running on this signal. */
  release(): void {
    unlink(this)
    this.parent?.left()
  }

  notify(reason: unknown): void {
    this.abort(reason)
  }

  /** Is anybody still waiting? */
  protected get empty(): boolean {
    return this.members === undefined || this.members.next === this.members
  }

  /** Tells `member` when this aborts. It must not have aborted yet. */
  enter(member: Member): void {
    const members = (this.members ??= ring())
    member.previous = members.previous
    member.next = members
    members.previous.next = member
    members.previous = member
  }

  protected left(): void {}
}

/** The scope of a call that nobody can abort: linking to it costs nothing and retains nothing. */
class NeverScope extends AbortScope {
  override enter(): void {}
}

/** The scope of a foreign signal: one listener for everyone who waits on it, gone when nobody does. */
class SignalScope extends AbortScope {
  readonly #signal: AbortSignal
  #listening = false

  constructor(signal: AbortSignal) {
    super()
    this.#signal = signal
  }
  // Read off the signal: a scope that nobody waits on has no listener to tell it.
  override get aborted(): boolean {
    return this.#signal.aborted
  }
  override get reason(): unknown {
    return this.#signal.reason
  }
  override get signal(): AbortSignal {
    return this.#signal
  }
  readonly #listener = (): void => this.abort(this.#signal.reason)

  override enter(member: Member): void {
    super.enter(member)
    if (this.#listening) return
    this.#listening = true
    this.#signal.addEventListener('abort', this.#listener, { once: true })
  }
  protected override left(): void {
    if (!this.#listening || !this.empty) return
    this.#listening = false
    this.#signal.removeEventListener('abort', this.#listener)
  }
}

export const neverScope: AbortScope = /* @__PURE__ */ new NeverScope()

const scopes = new WeakMap<AbortSignal, AbortScope>()

/** The one scope of a signal. */
export const scopeOf = (signal: AbortSignal): AbortScope => {
  let scope = scopes.get(signal)
  if (scope === undefined) scopes.set(signal, (scope = new SignalScope(signal)))
  return scope
}

/** A scope inside the one of `ctx`: pass it down with `next({ scope })`, and `release()` it when the work is over. */
export const abortScope = (ctx: { readonly scope: AbortScope }): AbortScope =>
  new AbortScope(ctx.scope)
