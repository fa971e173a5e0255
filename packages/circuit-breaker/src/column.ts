import type { Context, HealthState } from '@holdfast/core'

/** Writes the breaker's column of what the house knows of the target, and wakes those who wait for one. */
export const write = ({ health, target }: Context, state: HealthState, until: number): void => {
  Object.assign(health.of(target.id), { state, until })
  health.changed()
}

/** Tells the house to go elsewhere; what is known already is not told again at each rejection. */
export const shun = (ctx: Context, state: 'open' | 'banned', until: number): void => {
  if (ctx.health.of(ctx.target.id).until < until) write(ctx, state, until)
}
