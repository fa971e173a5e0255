import { countTokens, tokenize } from './tokens.ts'

/** A tool call of an answer. */
export interface ChaosToolCall {
  readonly name: string
  /** The arguments, as a value: the wire writes them as JSON. */
  readonly arguments: unknown
}

/** Why the model stopped; each wire has its own word for it. */
export type Finish = 'stop' | 'length' | 'tool-calls' | 'refusal' | 'content-filter'

/** What the model says, before a wire spells it. */
export interface Completion {
  readonly text: string
  readonly tools: readonly ChaosToolCall[]
  readonly finish: Finish
}

/** The tokens of an answer: its text and the arguments of its tool calls. */
export const completionTokens = ({ text, tools }: Completion): number =>
  countTokens(text) +
  tools.reduce((sum, tool) => sum + countTokens(JSON.stringify(tool.arguments)), 0)

/** The same answer, cut after so many tokens of text; untouched when it fits. */
export const limitTokens = (completion: Completion, maxTokens: number): Completion => {
  const tokens = tokenize(completion.text)
  if (tokens.length <= maxTokens) return completion
  return { ...completion, text: tokens.slice(0, maxTokens).join(''), finish: 'length' }
}
