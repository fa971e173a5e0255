import type { Context } from '@holdfast/core'
import { estimateTokenCount } from 'tokenx'

/** What a request without a bound on its answer is taken to get, in tokens: a typical answer. */
const ANSWER_TOKENS = 500
const MAX_DEPTH = 8
/** Images and files travel as text, but are not counted as such. */
const BINARY = /^(?:data:|[A-Za-z0-9+/]{1000})/

/** Rough tokens of what a request says: its texts, wherever they stand, and the answer that it allows. */
export const estimateTokens = (request: unknown, ctx: Context): number => {
  const needs = ctx.dialect?.needs(request)
  return tokensIn(request, 0) + (needs?.maxOutputTokens ?? ANSWER_TOKENS)
}

const tokensIn = (value: unknown, depth: number): number => {
  if (typeof value === 'string') return BINARY.test(value) ? 0 : estimateTokenCount(value)
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || ArrayBuffer.isView(value))
    return 0
  return Object.values(value).reduce<number>((sum, inner) => sum + tokensIn(inner, depth + 1), 0)
}

/** The tokens that an answer says it used. */
export const tokensUsed = (ctx: Context, response: unknown): number | undefined => {
  const { dialect } = ctx
  if (dialect === undefined || !dialect.isResponse(response)) return undefined
  const { usage } = dialect.read(response)
  return usage.source === 'none' ? undefined : usage.inputTokens + usage.outputTokens
}
