import type { StandardSchemaV1 } from '@standard-schema/spec'

import type { Schema } from '../schema.ts'
import type { Candidate, Candidates, NoJsonReason } from './candidates.ts'

/** The value that an answer came to, or why there is none. */
export type Choice<Output> =
  | { readonly isFound: true; readonly value: Output; readonly text: string }
  | {
      readonly isFound: false
      readonly reason: NoJsonReason | 'schema'
      /** What the schema finds wrong with the best candidate. */
      readonly issues: readonly StandardSchemaV1.Issue[]
    }

const NO_ISSUES: readonly StandardSchemaV1.Issue[] = []

/** The best candidate; with a schema, the best that satisfies it. A promise only if the schema is asynchronous. */
export const choose = <Output>(
  { found, reason }: Candidates,
  schema: Schema<Output> | undefined,
): Choice<Output> | Promise<Choice<Output>> => {
  if (schema !== undefined)
    return firstThatFits(found, schema, { isFound: false, reason, issues: NO_ISSUES })
  const best = found.find(({ rank }) => rank > 0)
  return best === undefined
    ? { isFound: false, reason, issues: NO_ISSUES }
    : { isFound: true, value: best.value as Output, text: best.text }
}

const firstThatFits = <Output>(
  [candidate, ...others]: readonly Candidate[],
  schema: Schema<Output>,
  otherwise: Choice<Output>,
): Choice<Output> | Promise<Choice<Output>> => {
  if (candidate === undefined) return otherwise
  const judged = (
    result: StandardSchemaV1.Result<Output>,
  ): Choice<Output> | Promise<Choice<Output>> => {
    if (!result.issues) return { isFound: true, value: result.value, text: candidate.text }
    const isFirst = otherwise.isFound || otherwise.reason !== 'schema'
    // A candidate that may be no JSON at all is not blamed.
    const worse = isFirst && candidate.rank > 0
    return firstThatFits(
      others,
      schema,
      worse ? { isFound: false, reason: 'schema', issues: result.issues } : otherwise,
    )
  }
  const result = schema['~standard'].validate(candidate.value)
  return result instanceof Promise ? result.then(judged) : judged(result)
}
