import { dice, hashOf } from '../dice.ts'

const WORDS = (
  'steady harbour lantern copper meadow signal winter orchard granite ferry compass thunder ' +
  'velvet quarry island candle bridge hollow marble river falcon timber anchor summit'
).split(' ')

/** How many words the body of an answer has: enough for a stream of some fifty chunks. */
const BODY_WORDS = 24

const sign = (prompt: string, body: string): string => hashOf('sum', prompt, body).slice(0, 12)

/**
 * An answer that proves itself: it names its prompt at the head and carries a checksum at the tail.
 * Each variant says something else, so that no splice of two of them can pass either.
 *
 * @param variant - which of the right answers; the server takes the attempt's number.
 */
export const answerFor = (prompt: string, variant = 1): string => {
  const id = hashOf('id', prompt).slice(0, 8)
  const words = Array.from(
    { length: BODY_WORDS },
    (_, i) => WORDS[Math.floor(dice('word', prompt, variant, i) * WORDS.length)],
  )
  const body = `Answer ${id}: ${words.join(' ')}.`
  return `${body} [sum ${sign(prompt, body)}]`
}

/** Whether a text is the whole and right answer to a prompt: not cut, spliced, doubled, or another's. */
export const isCorrect = (prompt: string, text: string): boolean => {
  const parts = /^(Answer ([0-9a-f]{8}): [a-z ]+\.) \[sum ([0-9a-f]{12})\]$/.exec(text)
  if (parts === null) return false
  const [, body = '', id, sum] = parts
  return id === hashOf('id', prompt).slice(0, 8) && sum === sign(prompt, body)
}
