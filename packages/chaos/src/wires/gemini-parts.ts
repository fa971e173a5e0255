import type { Completion } from '../completion.ts'
import type { JsonObject } from '../request.ts'
import { countTokens } from '../tokens.ts'

/** Cumulative; what was thought is counted apart from what was said, unlike in OpenAI's. */
export const usageOf = (inputTokens: number, said: number, thought: number): JsonObject => ({
  promptTokenCount: inputTokens,
  ...(said > 0 && { candidatesTokenCount: said }),
  totalTokenCount: inputTokens + said + thought,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
  ...(thought > 0 && { thoughtsTokenCount: thought }),
})

/** A part of the answer and the tokens that it delivers, thoughts or words. */
export interface Part {
  readonly part: JsonObject
  readonly kind: 'reasoning' | 'text' | 'tool'
  readonly said: number
  readonly thought: number
}

/** A thought: a text with a mark. */
export const thought = (text: string): Part => ({
  part: { text, thought: true },
  kind: 'reasoning',
  said: 0,
  thought: countTokens(text),
})
/** Words for the reader. */
export const said = (text: string): Part => ({
  part: { text },
  kind: 'text',
  said: countTokens(text),
  thought: 0,
})

/** The tool calls. */
export const calls = ({ tools }: Completion): readonly Part[] =>
  // A function call comes whole, its arguments as a value.
  tools.map(({ name, arguments: args }) => ({
    part: { functionCall: { name, args } },
    kind: 'tool',
    said: countTokens(JSON.stringify(args)),
    thought: 0,
  }))
