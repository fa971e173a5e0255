import type { Policy } from '@holdfast/core'
import { RESTART_DEFAULTS, type RestartOptions } from '@holdfast/interrupt'
import { json, notEmpty, notTruncated, type Schema } from '@holdfast/validators'

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
): readonly Policy<Req, Res>[] =>
  schema === undefined ? [notEmpty(), notTruncated()] : [json(schema, { buffer: !restarts })]
