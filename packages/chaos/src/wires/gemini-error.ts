import type { ProblemText } from '../problems/problem.ts'
import type { JsonObject } from '../request.ts'

/** The error body of Gemini; `retryDelay` is a duration of protobuf (`34s`), which no header repeats. */
export const geminiError = (
  { status, type, message, details = [] }: ProblemText,
  retryDelay?: string,
): JsonObject => {
  const retryInfo =
    retryDelay === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]
  const all = [...details, ...retryInfo]
  return {
    error: { code: status, message, status: type, ...(all.length > 0 && { details: all }) },
  }
}
