import { boolean, integer, oneOf, place, resolveOptions, targetId } from '@holdfast/core'
import type { Context, JsonSchema, Next, Policy, Universal } from '@holdfast/core'

import { keep } from './kept.ts'
import { parseAnswer } from './parse.ts'
import type { Repair } from './parse.ts'
import { reasked } from './reask.ts'
import { assertSchema, jsonSchemaOf } from './schema.ts'
import type { Schema } from './schema.ts'
import { asks } from './times.ts'
import { judged, lastly, WHOLE } from './validator.ts'
import type { Hold, Judge } from './validator.ts'

export interface JsonOptions {
  /** May broken JSON be read where only one thing can have been meant? @default 'safe' */
  readonly repair?: Repair | undefined
  /**
   * How often the same target is asked again, with what was wrong, before the answer is given up. Each time costs a
   * request, and puts a sentence of ours into the conversation.
   * @default 0
   */
  readonly reask?: number | undefined
  /**
   * Is the schema sent along, where the wire has means for it, the schema can be said as JSON Schema and the request
   * asks for none of its own? A target that declines it is asked without.
   * @default 'auto'
   */
  readonly structured?: 'auto' | 'off' | undefined
  /**
   * Is a stream held back until it was judged? Without that it is judged at its end, by a schema that must not be
   * asynchronous, and fails there: for a route that shows it early and may begin anew, `interrupt('restart')`.
   * @default true
   */
  readonly buffer?: boolean | undefined
}

export const JSON_DEFAULTS = { repair: 'safe', reask: 0, structured: 'auto', buffer: true } as const

type Settings = { readonly [K in keyof JsonOptions]-?: NonNullable<JsonOptions[K]> }

/** What a `json` policy knows of its targets; more of them than this is no list of targets. */
const MAX_DECLINING = 1000

/**
 * Rejects an answer whose text is not JSON of this schema; `structured(handler, schema)` then gives the typed value.
 *
 * The JSON may stand in a fence or in prose, and what is slightly broken is repaired. A refused, filtered, cut or empty
 * answer fails as that, not as bad JSON. A stream is held back to its end, unless `buffer` is false.
 *
 * @example pipeline(callModel, [retry(), json(z.object({ total: z.number() }), { reask: 1 })])
 * @throws ConfigurationError when `schema` is no Standard Schema, or for an option out of range
 */
export const json = (schema: Schema, options?: JsonOptions): Universal<'json', 8> => {
  assertSchema('json', schema)
  const settings = resolveOptions<JsonOptions>('json', options, JSON_DEFAULTS, {
    repair: oneOf('safe', 'off'),
    reask: integer(0),
    structured: oneOf('auto', 'off'),
    buffer: boolean,
  }) as Settings
  const hold = settings.buffer ? WHOLE : undefined
  const judge: Judge<unknown, unknown> = (answer, _, response) => {
    const store = (output: unknown): void => keep(schema, response, answer, output)
    const output = parseAnswer(schema, answer, settings.repair)
    return output instanceof Promise ? output.then(store) : store(output)
  }
  const jsonSchema = settings.structured === 'auto' ? jsonSchemaOf(schema) : undefined
  const declining = new Set<string>()
  const policy: Policy<unknown, unknown> = (ctx, next) => {
    const native = declining.has(targetId(ctx)) ? undefined : withSchema(ctx, jsonSchema)
    return native === undefined && settings.reask === 0
      ? next().then((response) => judged('json', judge, ctx, response, hold))
      : insist({ ...settings, judge, hold, declining }, ctx, next, native)
  }
  return place(
    { name: 'json', floor: 'validate', shape: asks(settings.reask) },
    policy,
  ) as Universal<'json', 8>
}

/** The request with our schema; undefined where there is no way, or the caller has asked for one. */
const withSchema = <Req>(ctx: Context<Req>, schema: JsonSchema | undefined): Req | undefined => {
  const { dialect, request } = ctx
  if (schema === undefined || dialect?.withSchema === undefined) return undefined
  const native = dialect.withSchema(request, schema, ctx.route) as Req | undefined
  return native === request ? undefined : native
}

interface Rounds<Req, Res> extends Settings {
  readonly judge: Judge<Req, Res>
  readonly hold: Hold | undefined
  readonly declining: Set<string>
}

async function insist<Req, Res>(
  { reask, judge, hold, declining }: Rounds<Req, Res>,
  ctx: Context<Req>,
  next: Next<Req, Res>,
  native: Req | undefined,
): Promise<Res> {
  const { dialect, attempt, clock } = ctx
  let request = native ?? ctx.request
  let declined: unknown
  for (let round = 1; ;) {
    const startedAt = clock.now()
    try {
      const response = await next({ request, attempt })
      if (declined !== undefined) {
        // It was the schema: another fault of the request would have come again.
        if (declining.size < MAX_DECLINING) declining.add(targetId(ctx))
        ctx.emit('json:schema-declined', { error: declined })
        declined = undefined
      }
      const isLast = reask > 0 && round > reask
      return await judged('json', isLast ? lastly(judge) : judge, ctx, response, hold)
    } catch (error) {
      if (ctx.scope.aborted || dialect === undefined) throw error
      if (native !== undefined && request === native && isDeclined(ctx, error)) {
        // Not every model takes every schema; what it writes is validated all the same.
        declined = error
        request = ctx.request
        continue
      }
      // A round that takes as long as the last one must still fit.
      const now = clock.now()
      const again = round > reask || now + (now - startedAt) >= ctx.deadline
      const corrected = again ? undefined : reasked(ctx, dialect, request, error)
      if (corrected === undefined) throw error
      ctx.emit('json:reasked', { round, error })
      request = corrected
      round += 1
    }
  }
}

const isDeclined = <Req>(ctx: Context<Req>, error: unknown): boolean =>
  ctx.classify(error).kind === 'invalid-request'
