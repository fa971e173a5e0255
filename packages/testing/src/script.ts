import type { Context } from '@holdfast/core'

/** One request that a scripted provider saw. */
export interface ScriptedCall<Req> {
  readonly request: Req
  /** `ctx.attempt`: 1 for the first try within the nearest retry. */
  readonly attempt: number
  /** The target's id; undefined when the pipeline's own provider was meant. */
  readonly target: string | undefined
  /** Monotonic milliseconds. */
  readonly at: number
}

/** A provider that plays its part line by line, and remembers what it was asked. */
export interface ScriptedProvider<Req, Res> {
  (request: Req, ctx: Context<Req>): Promise<Res>
  readonly calls: readonly ScriptedCall<Req>[]
}

const CUE: unique symbol = Symbol('cue')

/** A step made by `fail`, `hang` or `after`. */
export interface Cue<Res> {
  readonly [CUE]: (ctx: Context, play: (step: Step<never, Res>) => Promise<Res>) => Promise<Res>
}

/** A value to answer with, a cue, or a function that is the provider for one call. */
export type Step<Req, Res> =
  | Res
  | Cue<Res>
  | ((request: Req, ctx: Context<Req>) => Res | PromiseLike<Res>)

/** Rejects with this very value, an error or not: `fail(httpError(503))`, `fail('no')`, `fail(undefined)`. */
export const fail = (reason: unknown): Cue<never> => ({
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- T28: providers throw what they like
  [CUE]: () => Promise.reject(reason),
})

/** Never answers; rejects with the reason when the signal aborts, as a well-behaved SDK does. */
export const hang = (): Cue<never> => ({
  [CUE]: (ctx) => new Promise((_, reject) => onAbort(ctx, reject)),
})

/** Plays a step `ms` later on the context's clock; an abort ends the wait with its reason. */
export const after = <Res>(ms: number, step: Exclude<Step<never, Res>, Function>): Cue<Res> => ({
  [CUE]: (ctx, play) =>
    new Promise((resolve, reject) => {
      const stay = onAbort(ctx, (reason) => {
        cancel()
        reject(reason)
      })
      const cancel = ctx.clock.after(ms, () => {
        stay()
        play(step as Step<never, Res>).then(resolve, reject)
      })
    }),
})

/** Listens on the signal, as SDKs do; a signal that has aborted calls at once. Returns how to stop listening. */
const onAbort = ({ signal }: Context, listener: (reason: unknown) => void): (() => void) => {
  const heard = (): void => listener(signal.reason)
  if (signal.aborted) queueMicrotask(heard)
  else signal.addEventListener('abort', heard, { once: true })
  return () => signal.removeEventListener('abort', heard)
}

const isCue = <Res>(step: unknown): step is Cue<Res> =>
  typeof step === 'object' && step !== null && CUE in step

/**
 * A provider that answers by script: `script(fail(httpError(503)), 'hello')` fails once, then says hello.
 * The last step repeats. A function step is called bare, so that it can throw synchronously or return anything.
 *
 * @throws TypeError when there is no step, or when an error stands where `fail(error)` is meant
 */
export const script = <Req = unknown, Res = string>(
  ...steps: readonly Step<Req, Res>[]
): ScriptedProvider<Req, Res> => {
  if (steps.length === 0) throw new TypeError('script: give it at least one step')
  if (steps.some((step) => step instanceof Error))
    throw new TypeError('script: an error would be the answer; say fail(error)')
  const calls: ScriptedCall<Req>[] = []

  const provider = (request: Req, ctx: Context<Req>): Promise<Res> => {
    const step = steps[Math.min(calls.length, steps.length - 1)] as Step<Req, Res>
    calls.push({ request, attempt: ctx.attempt, target: ctx.target?.id, at: ctx.clock.now() })
    const play = (played: Step<Req, Res>): Promise<Res> => {
      if (typeof played === 'function')
        return (played as (request: Req, ctx: Context<Req>) => Promise<Res>)(request, ctx)
      return isCue<Res>(played) ? played[CUE](ctx as Context, play) : Promise.resolve(played)
    }
    return play(step)
  }
  return Object.assign(provider, { calls })
}
