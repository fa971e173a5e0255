import { liveOf, type Context } from '@holdfast/core'
import { estimateTokenCount } from 'tokenx'

/** What a request without a bound on its answer is taken to get, in tokens: a typical answer. */
const ANSWER_TOKENS = 500
const MAX_DEPTH = 8
/** Images and files travel as text, but are not counted as such. The look behind keeps it from trying each of their letters. */
const BINARY = /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{1000,}/g

type Estimate = (request: unknown, ctx: Context) => number

/**
 * What a request is taken to cost, in tokens: by your own estimate, unless that throws or gives no number. A call does not fail
 * over it, and books with NaN in them would be useless for ever.
 */
export const costOf = (ctx: Context, own: Estimate = estimateTokens): number => {
  for (const estimate of [own, estimateTokens])
    try {
      const cost = estimate(ctx.request, ctx)
      if (isCount(cost)) return cost
    } catch {
      // The next one, or a typical answer.
    }
  return ANSWER_TOKENS
}

/** Rough tokens of what a request says: its texts, wherever they stand, and the answer that it allows. */
const estimateTokens: Estimate = (request, { dialect }) => {
  const most = dialect?.needs(request).maxOutputTokens
  return tokensIn(request, 0, new Set()) + (isCount(most) ? most : ANSWER_TOKENS)
}

const isCount = (value: unknown): value is number =>
  Number.isFinite(value) && (value as number) >= 0

const tokensIn = (value: unknown, depth: number, seen: Set<object>): number => {
  if (typeof value === 'string') return estimateTokenCount(value.replace(BINARY, ''))
  if (!isPlain(value) || depth > MAX_DEPTH || seen.has(value)) return 0
  seen.add(value)
  let sum = 0
  for (const inner of Object.values(value)) sum += tokensIn(inner, depth + 1, seen)
  return sum
}

/** Lists and plain objects are what is sent; signals, agents and schemas that stand beside it are not. */
const isPlain = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false
  const proto: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || proto === null || Object.getPrototypeOf(proto) === null
}

/** The tokens that an answer says it used; of a stream, once it is over. */
export const tokensUsed = ({ dialect }: Context, response: unknown): number | undefined => {
  try {
    const seen =
      liveOf(response)?.seen ??
      (dialect?.isResponse(response) && dialect.read(response)) ??
      undefined
    if (!seen || seen.usage.source === 'none') return undefined
    return seen.usage.inputTokens + seen.usage.outputTokens
  } catch {
    // It is an answer all the same.
    return undefined
  }
}
