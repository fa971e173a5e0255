import type { Answer } from '@holdfast/core'

import type { Schema } from './schema.ts'

/** What `json` found in one response. */
interface Kept {
  readonly answer: Answer
  /** Parsed once, handed out once: whoever else is given the same response by a cache gets a value of its own. */
  readonly parsed?: { readonly output: unknown }
}

// By schema, then by response: two schemas may read the same response. Weak, so that nothing outlives its response.
const stores = new WeakMap<Schema, WeakMap<object, Kept>>()

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Keeps what a response came to. A bare text has no identity to keep it by: it is parsed again. */
export const keep = (schema: Schema, response: unknown, answer: Answer, output: unknown): void => {
  if (!isObject(response)) return
  let store = stores.get(schema)
  if (store === undefined) stores.set(schema, (store = new WeakMap()))
  store.set(response, { answer, parsed: { output } })
}

/** What was kept of a response, if anything; the parsed value goes to the first who asks. */
export const take = (schema: Schema, response: unknown): Kept | undefined => {
  const store = stores.get(schema)
  const kept = isObject(response) ? store?.get(response) : undefined
  if (kept !== undefined) store?.set(response as object, { answer: kept.answer })
  return kept
}
