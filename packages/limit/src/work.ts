import { HoldfastError, type Context, type RunningAttempt } from '@holdfast/core'

/** Work that somebody waits for already: of two attempts at one target each is waited for once. */
const awaited = new WeakSet<Promise<unknown>>()

/**
 * Calls back when the provider's own work is over. A `timeout` inside may have given up on it long before; until it
 * is over it still uses what it uses (T59).
 */
export const whenOver = (ctx: Context, error: unknown, over: () => void): void => {
  const work = isOurs(ctx, error) ? abandoned(ctx) : undefined
  if (work === undefined) return over()
  awaited.add(work)
  work.then(over, over)
}

/** Who gave up: we, or the provider, which is over with it then? */
const isOurs = ({ scope }: Context, error: unknown): boolean =>
  scope.aborted || HoldfastError.is(error)

const abandoned = ({ call, target }: Context): Promise<unknown> | undefined => {
  for (const { target: id, outcome, work } of call.attempts as readonly RunningAttempt[])
    if (id === target.id && outcome === 'pending' && work !== undefined && !awaited.has(work))
      return work
  return undefined
}
