import { ConfigurationError, quote } from '@holdfast/core'
import type { JsonSchema } from '@holdfast/core'
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'

/** A schema of any library that speaks Standard Schema: zod, valibot, arktype and others. */
export type Schema<Output = unknown> = StandardSchemaV1<unknown, Output>

/** @throws ConfigurationError when it is no schema */
export const assertSchema = (owner: string, schema: unknown): void => {
  // Some libraries' schemas are functions.
  const standard = (schema as Schema | null | undefined)?.['~standard']
  if (typeof standard?.validate !== 'function')
    throw new ConfigurationError(
      `${owner}: schema must be a Standard Schema such as zod's, got ${quote(schema)}`,
    )
}

/** What the model is to write, as JSON Schema; undefined when the library cannot say it so. */
export const jsonSchemaOf = (schema: Schema): JsonSchema | undefined => {
  const { jsonSchema } = schema['~standard'] as Partial<StandardJSONSchemaV1.Props>
  try {
    // The input: what comes out of a transform is nothing that a model could write.
    return jsonSchema?.input({ target: 'draft-2020-12' })
  } catch {
    // Some schemas (dates, custom checks) have no JSON Schema: the answer is validated all the same.
    return undefined
  }
}
