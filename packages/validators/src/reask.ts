import type { Context, Dialect } from '@holdfast/core'

import { InvalidOutputError } from './errors.ts'
import type { Issue } from './errors.ts'

/** One round of asking again. */
export interface JsonReask {
  /** 1 for the first time that it is asked again. */
  readonly round: number
  /** What was wrong, with the text that was; or what the provider itself rejected. */
  readonly error: unknown
}

/** More issues teach a model nothing, and cost. */
const MAX_ISSUES = 10

/** The request that asks the same target again, with what was wrong; undefined where that is no use. */
export const reasked = <Req>(
  ctx: Context<Req>,
  dialect: Dialect,
  request: Req,
  error: unknown,
): Req | undefined => {
  const isOurs = InvalidOutputError.is(error)
  if (!isOurs && ctx.classify(error).kind !== 'invalid-output') return undefined
  const issues = isOurs ? error.issues : [{ message: 'the JSON was not valid' }]
  const broken = isOurs ? error.output : generatedIn(error)
  // No wire takes an empty turn.
  const shown = broken === '' ? request : dialect.withMessage(request, 'assistant', broken)
  return dialect.withMessage(shown, 'user', complaint(issues)) as Req
}

/** Groq hands over what its model wrote, in the error that rejects it. */
const generatedIn = (error: unknown): string => {
  const { error: body } = (error ?? {}) as {
    error?: { failed_generation?: unknown; error?: unknown }
  }
  const { failed_generation: text } = (body?.error ?? body ?? {}) as { failed_generation?: unknown }
  return typeof text === 'string' ? text : ''
}

const complaint = (issues: readonly Issue[]): string =>
  [
    'Your answer cannot be used:',
    ...issues.slice(0, MAX_ISSUES).map((issue) => `- ${pathOf(issue)}${issue.message}`),
    'Answer again with nothing but the corrected JSON.',
  ].join('\n')

const pathOf = ({ path = [] }: Issue): string => {
  const keys = path.map((key) => String(typeof key === 'object' ? key.key : key))
  return keys.length === 0 ? '' : `${keys.join('.')}: `
}
