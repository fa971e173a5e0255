import {
  boolean,
  callable,
  ConfigurationError,
  isHandler,
  number,
  optional,
  quote,
  rule,
  text,
  type Capabilities,
  type Price,
  type Rule,
  type Target,
} from '@holdfast/core'

import type { FallbackEntry } from './options.ts'

/** An object whose fields obey these rules; fields of your own are none of our business. */
const record = (says: string, fields: Readonly<Record<string, Rule>>): Rule =>
  rule(
    says,
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.entries(fields).every(([name, field]) =>
        field.test((value as Record<string, unknown>)[name]),
      ),
  )

const CAPABILITIES: { readonly [K in keyof Required<Capabilities>]: Rule } = {
  tools: optional(boolean),
  jsonSchema: optional(boolean),
  vision: optional(boolean),
}
const PRICE: { readonly [K in keyof Price]: Rule } = {
  inputPerMillion: number(0),
  outputPerMillion: number(0),
}
/** A window of NaN would fit no request and a price of NaN would sort anywhere, both without a word. */
const TARGET: { readonly [K in keyof Target<never, never>]-?: Rule } = {
  id: text,
  provider: text,
  model: optional(text),
  key: optional(text),
  call: optional(callable),
  request: optional(callable),
  capabilities: optional(
    record('an object of tools, jsonSchema, vision: true or false', CAPABILITIES),
  ),
  contextWindow: optional(number(1)),
  price: optional(record('dollars, { inputPerMillion, outputPerMillion }', PRICE)),
}

/**
 * An entry of the list as a target. A pipeline and a plain function go by their name.
 *
 * @throws ConfigurationError with a sentence that names the entry, the field and its value
 */
export const targetOf = <Req, Res>(
  entry: FallbackEntry<Req, Res>,
  index: number,
): Target<Req, unknown> => {
  if (isHandler(entry)) {
    const { name, provider } = entry.describe()
    return { id: name, provider }
  }
  if (typeof entry === 'function') {
    const id = entry.name || `target-${index + 1}`
    return { id, provider: id, call: entry }
  }
  const { id, provider } = (entry ?? {}) as Partial<Target<Req, Res>>
  if (!text.test(id) || !text.test(provider))
    throw new ConfigurationError(
      `fallback: entry ${index + 1} must be a function, or a target with id and provider, got ${quote(entry)}`,
    )
  // A copy, since later changes to the caller's object must have no effect (T79). Field by field, for those of a class
  // may stand on its prototype.
  const target: Record<string, unknown> = { ...entry }
  for (const [field, must] of Object.entries<Rule>(TARGET)) {
    const value = (entry as unknown as Record<string, unknown>)[field]
    if (!must.test(value))
      throw new ConfigurationError(
        `fallback: ${field} of target '${id}' must be ${must.says}, got ${quote(value)}`,
      )
    if (value !== undefined) target[field] = typeof value === 'object' ? { ...value } : value
  }
  return target as unknown as Target<Req, unknown>
}
