import { HoldfastError, type Context, type RunningAttempt } from '@holdfast/core'

/**
 * A provider that does not listen to its signal and has not come back by then never will: after so long undici, and with it
 * Node's fetch, gives up on a silent server. Kept for ever, its places would be lost to everybody.
 */
const LONGEST_MS = 300_000

/** Work that somebody waits for already: of two attempts at one target each is waited for once. */
const awaited = new WeakSet<Promise<unknown>>()

/**
 * Calls back once, when the provider's own work is over. A `timeout` inside may have given up on it long before; until it
 * is over it still uses what it uses (T59).
 */
export const whenOver = (ctx: Context, error: unknown, over: () => void): void => {
  const work = isOurs(ctx, error) ? abandoned(ctx) : undefined
  if (work === undefined) return over()
  awaited.add(work)
  const stopTimer = ctx.clock.after(LONGEST_MS, over, true)
  const end = (): void => {
    stopTimer()
    over()
  }
  work.then(end, end)
}

/** Who gave up: we, or the provider, which is over with it then? */
const isOurs = ({ scope }: Context, error: unknown): boolean =>
  scope.aborted || HoldfastError.is(error)

const abandoned = ({ call, target }: Context): Promise<unknown> | undefined => {
  for (const { target: id, work } of call.attempts as readonly RunningAttempt[])
    if (id === target.id && work !== undefined && !awaited.has(work)) return work
  return undefined
}
