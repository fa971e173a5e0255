import type { ChaosAnswer } from '@holdfast/chaos'

/** How many words every answer has. */
export const WORDS = 24

/** What an answer consists of; the words are in its text, or go on in the arguments of a tool call. */
export type Shape = 'text' | 'reasoning' | 'tool'

/**
 * Numbered words, one token of the fault server each: `a01 a02 …` is what the first attempt says, `b01 b02 …` the
 * second, so that a text alone tells what is missing, said twice, or put together from two answers.
 */
export const words = (attempt: number, from = 1, to: number = WORDS): string => {
  const letter = String.fromCodePoint(96 + attempt)
  return Array.from(
    { length: to - from + 1 },
    (_, index) => letter + String(from + index).padStart(2, '0'),
  ).join(' ')
}

/** The answer of an attempt. */
export const answerOf = (shape: Shape, attempt: number): ChaosAnswer => {
  if (shape === 'text') return words(attempt)
  if (shape === 'reasoning')
    return { reasoning: 'Let me count them one by one.', text: words(attempt) }
  const tool = { name: 'note', arguments: { words: words(attempt, 9) } }
  return { text: `${words(attempt, 1, 8)} `, tools: [tool] }
}

/** What the words of a text amount to. */
export type Amount = 'whole' | 'part' | 'duplicate' | 'splice'

/** Reads what a consumer was shown. */
export const amountOf = (shown: string): Amount => {
  const seen = Array.from(shown.matchAll(/\b([a-z])(\d\d)\b/g), ([, letter = '', index]) => ({
    letter,
    index: Number(index),
  }))
  const indices = seen.map((word) => word.index)
  if (new Set(indices).size < indices.length) return 'duplicate'
  if (new Set(seen.map((word) => word.letter)).size > 1) return 'splice'
  return indices.length === WORDS && indices.every((index, at) => index === at + 1)
    ? 'whole'
    : 'part'
}
