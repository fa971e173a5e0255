import type { Universal } from '@holdfast/core'

import { keep } from './kept.ts'
import { parseAnswer } from './parse.ts'
import { assertSchema } from './schema.ts'
import type { Schema } from './schema.ts'
import { validator } from './validator.ts'

/**
 * Rejects an answer whose text is not JSON of this schema; `structured(handler, schema)` then gives the typed value.
 *
 * Fences and prose around the JSON are ignored, broken JSON is not repaired. A refused, filtered, cut or empty answer
 * fails as that, not as bad JSON.
 *
 * @example pipeline(callModel, [retry(), json(z.object({ total: z.number() }))])
 * @throws ConfigurationError when `schema` is no Standard Schema
 */
export const json = (schema: Schema): Universal<'json', 8> => {
  assertSchema('json', schema)
  return validator('json', (answer, _, response) => {
    const store = (output: unknown): void => keep(schema, response, answer, output)
    const output = parseAnswer(schema, answer)
    return output instanceof Promise ? output.then(store) : store(output)
  })
}
