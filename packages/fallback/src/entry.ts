import {
  boolean,
  callable,
  CAPABILITIES,
  isHandler,
  isRecord,
  number,
  optional,
  quote,
  rule,
  text,
  type Handler,
  type Price,
  type Rule,
  type Rules,
  type Target,
} from '@holdfast/core'

import { fail, type FallbackEntry } from './options.ts'

/** One entry of the list, read. */
export interface Listed<Req, Res> extends Target<Req, unknown> {
  /** A pipeline is called directly, past the inner policies: it brings its own. */
  readonly pipeline?: Handler<Req, Res>
}

/** An object whose fields obey a rule; fields of your own are none of our business. */
const fields = (names: readonly string[], must: Rule): Rule =>
  rule(
    `{ ${names.join(', ')} }, each ${must.says}`,
    (value) => isRecord(value) && names.every((name) => must.test(value[name])),
  )

const PRICES: readonly (keyof Price)[] = ['inputPerMillion', 'outputPerMillion']
/** A window of NaN would fit no request and a price of NaN would sort anywhere, both without a word. */
const rules = (): Rules<keyof Target<never, never>> => ({
  id: text,
  provider: text,
  model: optional(text),
  key: optional(text),
  call: optional(callable),
  request: optional(callable),
  classify: optional(callable),
  capabilities: optional(fields(CAPABILITIES, optional(boolean))),
  contextWindow: optional(number(1)),
  price: optional(fields(PRICES, number(0))),
})

/**
 * An entry of the list as a target. A pipeline and a plain function go by their name.
 *
 * @throws ConfigurationError with a sentence that names the target, the field and its value
 */
export const read = <Req, Res>(entry: FallbackEntry<Req, Res>, index: number): Listed<Req, Res> => {
  if (isHandler(entry)) {
    const { name, provider } = entry.describe()
    return { id: name, provider, pipeline: entry as unknown as Handler<Req, Res> }
  }
  if (typeof entry === 'function') {
    const id = entry.name || `target-${index + 1}`
    return { id, provider: id, call: entry }
  }
  const { id, provider } = (entry ?? {}) as Partial<Target<Req, Res>>
  if (!text.test(id) || !text.test(provider))
    return fail(
      `entry ${index + 1} must be a function, or a target with id and provider, got ${quote(entry)}`,
    )
  // A copy, since later changes to the caller's object must have no effect (T79). Field by field, for those of a class
  // may stand on its prototype.
  const target: Record<string, unknown> = { ...entry }
  for (const [field, must] of Object.entries(rules())) {
    const value = (entry as unknown as Record<string, unknown>)[field]
    if (!must.test(value))
      fail(`${field} of target '${id}' must be ${must.says}, got ${quote(value)}`)
    if (value !== undefined) target[field] = typeof value === 'object' ? { ...value } : value
  }
  return target as unknown as Listed<Req, Res>
}
