import type { Context, Provider } from '@holdfast/core'

/** One request that a scripted provider saw. */
export interface ScriptedCall<Req> {
  readonly request: Req
  /** `ctx.attempt`: 1 for the first try within the nearest retry. */
  readonly attempt: number
  /** The target's id. */
  readonly target: string | undefined
  /** Monotonic milliseconds. */
  readonly at: number
}

/** A provider that plays its part line by line, and remembers what it was asked. */
export interface ScriptedProvider<Req, Res> {
  (request: Req, ctx: Context<Req>): Promise<Res>
  readonly calls: readonly ScriptedCall<Req>[]
}

/** A value to answer with, or a function that is the provider for one request. */
export type Step<Req, Res> = Res | ((request: Req, ctx: Context<Req>) => Res | PromiseLike<Res>)

/** A step that fits every request. */
export type Cue<Res> = <Req>(request: Req, ctx: Context<Req>) => Promise<Res>

/** Rejects with this very value, an error or not: `fail(httpError(503))`, `fail('no')`, `fail(undefined)`. */
export const fail =
  (reason: unknown): Cue<never> =>
  () =>
    Promise.reject(reason)

/** Never answers; rejects with the reason when the signal aborts, as a well-behaved SDK does. */
export const hang = (): Cue<never> => (_request, ctx) =>
  new Promise((_resolve, reject) => {
    whenAborted(ctx.signal, reject)
  })

/** Plays a step `ms` later on the context's clock; an abort ends the wait with its reason. */
export function after<Req, Res>(
  ms: number,
  step: (request: Req, ctx: Context<Req>) => Res | PromiseLike<Res>,
): (request: Req, ctx: Context<Req>) => Promise<Res>
export function after<Res>(ms: number, answer: Res): Cue<Res>
export function after<Res>(ms: number, step: Step<unknown, Res>): Provider<unknown, Res> {
  return (request, ctx) =>
    new Promise((resolve, reject) => {
      const cancel = ctx.clock.after(ms, () => {
        stopListening()
        // Inside a promise, so that a step that throws rejects the call and not the clock.
        new Promise<Res>((played) => {
          played(play(step, request, ctx))
        }).then(resolve, reject)
      })
      const stopListening = whenAborted(ctx.signal, (reason) => {
        cancel()
        reject(reason)
      })
    })
}

/** Listens as SDKs do, on the signal; the returned function takes the listener back. */
const whenAborted = (signal: AbortSignal, heard: (reason: unknown) => void): (() => void) => {
  const listener = (): void => heard(signal.reason)
  if (signal.aborted) queueMicrotask(listener)
  else signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

/** Bare on purpose: a function step may throw synchronously, and return anything. */
const play = <Req, Res>(step: Step<Req, Res>, request: Req, ctx: Context<Req>): Promise<Res> =>
  typeof step === 'function'
    ? (step as (request: Req, ctx: Context<Req>) => Promise<Res>)(request, ctx)
    : Promise.resolve(step)

/**
 * A provider that answers by script: `script(fail(httpError(503)), 'hello')` fails once, then says hello.
 * The last step repeats. A function step may throw synchronously and return anything, as providers do (T30, T31).
 *
 * @throws TypeError when there is no step, or when an error stands where `fail(error)` is meant
 */
export const script = <Req = unknown, Res = string>(
  ...steps: readonly Step<Req, Res>[]
): ScriptedProvider<Req, Res> => {
  if (steps.length === 0) throw new TypeError('script: give it at least one step')
  if (steps.some((step) => step instanceof Error))
    throw new TypeError('script: an error as a step would be the answer; say fail(error)')
  const calls: ScriptedCall<Req>[] = []

  const provider = (request: Req, ctx: Context<Req>): Promise<Res> => {
    const step = steps[Math.min(calls.length, steps.length - 1)] as Step<Req, Res>
    calls.push({ request, attempt: ctx.attempt, target: ctx.target?.id, at: ctx.clock.now() })
    return play(step, request, ctx)
  }
  return Object.assign(provider, { calls })
}
