import { countTokens, tokenize } from './tokens.ts'

/** A tool call of an answer. */
export interface ChaosToolCall {
  readonly name: string
  /** The arguments, as a value: the wire writes them as JSON. */
  readonly arguments: unknown
}

/** Why the model stopped; each wire has its own word for it. */
export type Finish = 'stop' | 'length' | 'tool-calls' | 'refusal' | 'content-filter' | 'blocked'

/** What the model says, before a wire spells it. */
export interface Completion {
  /** What it thought before it spoke; empty when it thinks in silence. */
  readonly reasoning: string
  readonly text: string
  readonly tools: readonly ChaosToolCall[]
  readonly finish: Finish
}

/** The tokens of an answer: its thoughts, its text and the arguments of its tool calls. */
export const completionTokens = ({ reasoning, text, tools }: Completion): number =>
  countTokens(reasoning) +
  countTokens(text) +
  tools.reduce((sum, tool) => sum + countTokens(JSON.stringify(tool.arguments)), 0)

/**
 * The same answer, cut after so many tokens; untouched when it fits. Thoughts count: a model that thinks for long has
 * nothing left to say. Of a tool call that does not fit there is nothing.
 */
export const limitTokens = (completion: Completion, maxTokens: number): Completion => {
  if (completionTokens(completion) <= maxTokens) return completion
  const thoughts = tokenize(completion.reasoning).slice(0, maxTokens)
  const words = tokenize(completion.text).slice(0, maxTokens - thoughts.length)
  return { reasoning: thoughts.join(''), text: words.join(''), tools: [], finish: 'length' }
}
