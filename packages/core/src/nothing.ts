import type { Answer, Seen, Usage } from './dialect.ts'

/** What is known of the tokens of an answer that says nothing of them. */
export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, source: 'none' }

/** What is read of a thing that is no answer. */
export const NO_ANSWER: Answer = { text: '', finish: 'unknown', tools: [], usage: NO_USAGE }

/** A stream of which nothing was seen yet. */
export const nothingSeen = (): Seen => ({
  text: '',
  finish: 'unknown',
  tools: [],
  usage: NO_USAGE,
  content: undefined,
  toolOpen: false,
  ended: false,
  error: undefined,
})
