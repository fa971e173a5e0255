import type { Answer, FinishReason } from '@holdfast/core'

import {
  ContentFilteredError,
  EmptyAnswerError,
  RefusedError,
  TruncatedAnswerError,
} from './errors.ts'
import type { BadAnswerError, CutKind } from './errors.ts'

const CUT_BY: Partial<Record<FinishReason, CutKind>> = {
  length: 'truncated',
  'context-window': 'context-window',
  error: 'incomplete',
}

/** Text, a tool call or a file is something; blanks and thinking are not. */
export const isEmpty = ({ text, tools, files }: Answer): boolean =>
  tools.length === 0 && !files && !/\S/.test(text)

export const filtered = (answer: Answer): BadAnswerError | undefined =>
  answer.finish === 'content-filter' ? new ContentFilteredError(answer) : undefined

export const refused = (answer: Answer): BadAnswerError | undefined =>
  answer.finish === 'refusal' || answer.refusal ? new RefusedError(answer) : undefined

export const cut = (answer: Answer): BadAnswerError | undefined => {
  const kind = CUT_BY[answer.finish]
  if (kind === undefined) return undefined
  // Mostly thinking did it. There is nothing to go on with, so that this is no half answer (wire: reasoning exhausted).
  return kind === 'truncated' && isEmpty(answer)
    ? new EmptyAnswerError(answer, 'token-limit')
    : new TruncatedAnswerError(kind, answer)
}

/**
 * Why there is nothing to go on with, by its first cause: a refusal that passed for an empty answer or for broken JSON
 * would be retried and routed around in silence, a cut answer would be blamed on the schema.
 */
export const unusable = (answer: Answer): BadAnswerError | undefined =>
  filtered(answer) ??
  refused(answer) ??
  cut(answer) ??
  (isEmpty(answer) ? new EmptyAnswerError(answer) : undefined)
