import { isPromiseLike } from '@holdfast/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'

import type { Schema } from '../schema.ts'
import type { Candidates, NoJsonReason } from './candidates.ts'

/** The value that an answer came to, or why there is none. */
export type Choice<Output> =
  | { readonly isFound: true; readonly value: Output }
  | {
      readonly isFound: false
      readonly reason: NoJsonReason | 'schema'
      /** What the schema finds wrong with the best candidate. */
      readonly issues: readonly StandardSchemaV1.Issue[]
    }

/** A schema is asked about so many at most, the best: no answer has more that are meant. */
const MAX_ASKED = 1000

/** The best candidate; with a schema, the best that satisfies it. A promise only if the schema is asynchronous. */
export const choose = <Output>(
  { found, reason }: Candidates,
  schema: Schema<Output> | undefined,
): Choice<Output> | Promise<Choice<Output>> => {
  if (schema === undefined) {
    const best = found.find(({ rank }) => rank > 0)
    return best === undefined
      ? { isFound: false, reason, issues: [] }
      : { isFound: true, value: best.value as Output }
  }
  let issues: readonly StandardSchemaV1.Issue[] | undefined
  const from = (start: number): Choice<Output> | Promise<Choice<Output>> => {
    for (const [at, { value, rank }] of found.slice(start, MAX_ASKED).entries()) {
      const judged = (result: StandardSchemaV1.Result<Output>): Choice<Output> | undefined => {
        if (!result.issues) return { isFound: true, value: result.value }
        // A candidate that may be no JSON at all is not blamed.
        if (rank > 0) issues ??= result.issues
        return undefined
      }
      const result = schema['~standard'].validate(value)
      if (isPromiseLike(result))
        return Promise.resolve(result).then((later) => judged(later) ?? from(start + at + 1))
      const choice = judged(result)
      if (choice !== undefined) return choice
    }
    return issues === undefined
      ? { isFound: false, reason, issues: [] }
      : { isFound: false, reason: 'schema', issues }
  }
  return from(0)
}
