import type { RunningAttempt } from '@holdfast/core'

/**
 * Calls back when the provider's own work is over. A `timeout` inside may have given up on it long before; until it
 * is over it still uses what it uses (T59).
 */
export const whenOver = (attempt: RunningAttempt | undefined, over: () => void): void => {
  const work = attempt?.outcome === 'pending' ? attempt.work : undefined
  if (work === undefined) over()
  else work.then(over, over)
}
