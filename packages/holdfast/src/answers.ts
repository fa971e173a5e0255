import { asksForStream, place, type Context, type Policy } from '@holdfast/core'
import { RESTART_DEFAULTS, type RestartOptions } from '@holdfast/interrupt'
import { check, extractJson, json, notEmpty, notTruncated, type Schema } from '@holdfast/validators'

/** A stream that turns out bad may begin anew as one that broke. */
export const RESTART: RestartOptions = {
  on: [...RESTART_DEFAULTS.on, 'empty', 'truncated', 'invalid-output'],
}

/**
 * The judges of a route. `json` holds a stream back until it was judged; where a bad one may begin anew, it is judged at its
 * end instead: the first word as early as possible is what streams are for.
 */
export const judges = <Req, Res>(
  schema: Schema | undefined,
  restarts: boolean,
): readonly Policy<Req, Res>[] => {
  if (schema === undefined) return [notEmpty(), notTruncated()]
  if (!restarts) return [json(schema)]
  const whole: Policy<Req, Res> = json(schema)
  const cut: Policy<Req, Res> = notTruncated()
  const fits: Policy<Req, Res> = check(({ text }) => {
    const verdict: unknown = extractJson(text, { schema })
    return verdict instanceof Promise ? verdict.then(() => true) : true
  })
  return [
    place<'json', 'validate', Req, Res>({ name: 'json', floor: 'validate' }, (ctx, next) =>
      streams(ctx) ? cut(ctx, () => fits(ctx, next)) : whole(ctx, next),
    ),
  ]
}

const streams = <Req>({ dialect, request }: Context<Req>): boolean =>
  asksForStream({ dialect, request }) === true
