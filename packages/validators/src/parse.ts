import type { Answer } from '@holdfast/core'

import { InvalidOutputError, TruncatedAnswerError } from './errors.ts'
import type { Issue } from './errors.ts'
import { candidatesIn, parse } from './extract/candidates.ts'
import { choose } from './extract/choose.ts'
import type { Choice } from './extract/choose.ts'
import type { Schema } from './schema.ts'
import { unusable } from './verdict.ts'

/** May JSON that is no JSON be read as what was meant? */
export type Repair = 'safe' | 'off'

/**
 * The value that an answer's JSON comes to by the schema; a promise only if the schema is asynchronous.
 *
 * @throws BadAnswerError by the first cause: filtered, refused, cut, empty, no JSON, not of the schema
 */
export const parseAnswer = <Output>(
  schema: Schema<Output>,
  answer: Answer,
  repair: Repair = 'safe',
): Output | Promise<Output> => {
  const error = unusable(answer)
  if (error !== undefined) throw error
  const { found, reason } = candidatesIn(answer.text, false)
  const allowed = repair === 'safe' ? found : found.filter(({ text }) => parse(text) !== undefined)
  const choice = choose(
    { found: allowed, reason: found.length > allowed.length ? 'broken' : reason },
    schema,
  )
  return choice instanceof Promise
    ? choice.then((later) => valueOf(later, answer))
    : valueOf(choice, answer)
}

const valueOf = <Output>(choice: Choice<Output>, answer: Answer): Output => {
  if (choice.isFound) return choice.value
  // The wire may say that all is well: a document without its end is cut all the same.
  if (choice.reason === 'truncated') throw new TruncatedAnswerError('truncated', answer)
  if (choice.reason === 'schema') throw unfit(choice.issues, answer)
  const message = choice.reason === 'broken' ? 'the JSON is broken' : 'no JSON'
  throw unfit([{ message }], answer)
}

// The issues are only counted here: a schema's sentence may quote what the model wrote.
const unfit = (issues: readonly Issue[], answer: Answer): InvalidOutputError =>
  new InvalidOutputError(
    `The answer does not fit its schema (issues: ${issues.length})`,
    issues,
    answer,
  )
