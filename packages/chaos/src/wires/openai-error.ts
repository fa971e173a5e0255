import type { ProblemText } from '../problems/problem.ts'
import type { JsonObject } from '../request.ts'

/** The error object of OpenAI: every field is always there, null when it says nothing. */
export const openaiError = ({ message, type, param, code }: ProblemText): JsonObject => ({
  message,
  type,
  param: param ?? null,
  code: code ?? null,
})
