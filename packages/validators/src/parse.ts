import { ConfigurationError, quote } from '@holdfast/core'
import type { Answer } from '@holdfast/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'

import { InvalidOutputError } from './errors.ts'
import type { Issue } from './errors.ts'
import { findJson } from './find-json.ts'
import { unusable } from './verdict.ts'

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

/**
 * The value that an answer's JSON comes to by the schema; a promise only if the schema is asynchronous.
 *
 * @throws BadAnswerError by the first cause: filtered, refused, cut, empty, no JSON, not of the schema
 */
export const parseAnswer = <Output>(
  schema: Schema<Output>,
  answer: Answer,
): Output | Promise<Output> => {
  const error = unusable(answer)
  if (error !== undefined) throw error
  const value = findJson(answer.text)
  if (value === undefined) throw unfit([{ message: 'no JSON' }], answer)
  const accept = (result: StandardSchemaV1.Result<Output>): Output => {
    if (result.issues) throw unfit(result.issues, answer)
    return result.value
  }
  const result = schema['~standard'].validate(value)
  return result instanceof Promise ? result.then(accept) : accept(result)
}

// The issues are only counted here: a schema's sentence may quote what the model wrote.
const unfit = (issues: readonly Issue[], answer: Answer): InvalidOutputError =>
  new InvalidOutputError(
    `The answer does not fit its schema (issues: ${issues.length})`,
    issues,
    answer,
  )
