import { ConfigurationError, isHandler, quote, settled } from '@holdfast/core'
import type { CallOptions, Handler } from '@holdfast/core'

import { take } from './kept.ts'
import { parseAnswer } from './parse.ts'
import { readAnswer } from './read-answer.ts'
import { assertSchema } from './schema.ts'
import type { Schema } from './schema.ts'

/**
 * A handler that gives the typed value instead of the response: `handler` with `json(schema)` among its policies.
 *
 * The value is the one that `json` parsed. An answer that `json` did not see, such as one from a cache, is parsed here.
 *
 * @example
 * const Invoice = z.object({ total: z.number() })
 * const extract = structured(pipeline(callModel, [retry(), json(Invoice)]), Invoice)
 * const { total } = await extract(request)
 * @throws ConfigurationError when `handler` is no handler or `schema` no Standard Schema
 */
export const structured = <Req, Res, Output>(
  handler: Handler<Req, Res>,
  schema: Schema<Output>,
): Handler<Req, Output> => {
  if (!isHandler(handler))
    throw new ConfigurationError(`structured: handler must be a pipeline, got ${quote(handler)}`)
  assertSchema('structured', schema)
  const { dialect } = handler

  const valueOf = (response: Res): Output | Promise<Output> => {
    const kept = take(schema, response)
    if (kept?.parsed !== undefined) return kept.parsed.output as Output
    if (kept === undefined && settled(response) !== undefined)
      throw new ConfigurationError('structured reads whole answers; give the stream a json policy')
    return parseAnswer(schema, kept?.answer ?? readAnswer('structured', dialect, response))
  }
  const call = (request: Req, options?: CallOptions): Promise<Output> =>
    handler(request, options).then(valueOf)
  const withReport: Handler<Req, Output>['withReport'] = async (request, options) => {
    const { response, report } = await handler.withReport(request, options)
    return { response: await valueOf(response), report }
  }
  // All else is the handler's own: its events, its description, and the brand by which pipelines nest.
  return Object.defineProperties(call, {
    ...Object.getOwnPropertyDescriptors(handler),
    withReport: { value: withReport },
  }) as Handler<Req, Output>
}
