import type { Listed } from './entry.ts'
import type { Run } from './run.ts'

/**
 * What is to be remembered when a target serves: that the session stays with it, and how long a pipeline took, whose
 * attempts are known by names of its own. Undefined for most calls, of which nothing is.
 */
export const witness = <Req, Res>(
  run: Run<Req, Res>,
  target: Listed<Req, Res>,
): ((response: Res) => Res) | undefined => {
  const { list, ctx, session } = run
  const learns = list.learns && target.pipeline !== undefined
  if (session === undefined && !learns) return undefined
  const startedAt = ctx.clock.now()
  const before = ctx.call.attempts.length
  return (response) => {
    const now = ctx.clock.now()
    if (learns) ctx.health.observe(target.id, 'firstContent', now - startedAt)
    if (session !== undefined) list.sessions?.served(session, servedBy(run, target, before), now)
    return response
  }
}

/** Who asked two targets at once inside may have been served by another one of the list. */
const servedBy = <Req, Res>(
  run: Run<Req, Res>,
  { id }: Listed<Req, Res>,
  before: number,
): string => {
  const served = run.ctx.call.attempts
    .slice(before)
    // A stream that answered is pending still; so is one that did not, without a first content.
    .findLast(({ outcome, firstContentAt }) =>
      outcome === 'pending' ? firstContentAt !== undefined : outcome === 'succeeded',
    )
  return run.targets.find((target) => target.id === served?.target)?.id ?? id
}
