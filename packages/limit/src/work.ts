import type { Attempt, Context } from '@holdfast/core'

/** What core tells of the request that is out: the provider's own promise. */
interface Work {
  readonly outcome: Attempt['outcome']
  readonly work?: Promise<unknown>
}

/** The request that `next()` has just sent; to be asked in the tick of that call. */
export const latestWork = (ctx: Context): Work | undefined =>
  (ctx.call as { readonly latest?: Work }).latest

/**
 * Calls back when the provider's own work is over. A `timeout` inside may have given up on it long before; until it
 * is over it still uses what it uses (T59).
 */
export const whenOver = (work: Work | undefined, over: () => void): void => {
  if (work?.outcome === 'pending' && work.work !== undefined) work.work.then(over, over)
  else over()
}
