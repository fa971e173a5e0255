import type { JsonSchema } from '@holdfast/core'

import { fields, items } from './shape.ts'

// No grammar is compiled of these.
const IMPOSSIBLE =
  /^(oneOf|allOf|not|if|then|else|dependent\w+|patternProperties|unevaluated\w+|propertyNames|contains)$/
const INSIDE = /^(items|prefixItems|anyOf)$/
/** The names below these are the user's own, and no keywords. */
const NAMES = /^(properties|\$defs|definitions)$/

/**
 * Can decoding be constrained to this schema? Its root is an object, every object is closed, and
 * with `allRequired` nothing is optional; anything else is a 400 in strict mode.
 */
export function isStrict(schema: JsonSchema, allRequired: boolean): boolean {
  return schema['type'] === 'object' && isClosed(schema, allRequired)
}

/** What says nothing of a value allows any. */
const SAYS = ['type', 'anyOf', '$ref', 'enum', 'const']

function isClosed(node: unknown, allRequired: boolean): boolean {
  const closed = (inner: unknown): boolean => isClosed(inner, allRequired)
  if (Array.isArray(node)) return node.every(closed)
  const { properties, required, additionalProperties, type, items: each } = fields(node)
  const names = Object.keys(fields(properties))
  const types = new Set([type].flat())
  if (!SAYS.some((name) => name in fields(node))) return false
  if ((types.has('object') || properties) && additionalProperties !== false) return false
  if (types.has('array') && !each) return false
  if (allRequired && !names.every((name) => items(required).includes(name))) return false
  return Object.entries(fields(node)).every(
    ([key, value]) =>
      !IMPOSSIBLE.test(key) &&
      (!INSIDE.test(key) || closed(value)) &&
      (!NAMES.test(key) || Object.values(fields(value)).every(closed)),
  )
}

/** The schema without the keywords that a wire rejects; what has such a name and is a schema is a property. */
export function without(schema: JsonSchema, keywords: RegExp): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      keywords.test(key) && typeof value !== 'object' ? undefined : value,
    ),
  ) as JsonSchema
}
