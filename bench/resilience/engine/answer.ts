import type { Schema } from '@holdfast/validators'

import { dice } from './dice.ts'

const WORDS = (
  'steady harbour lantern copper meadow signal winter orchard granite ferry compass thunder ' +
  'velvet quarry island candle bridge hollow marble river falcon timber anchor summit'
).split(' ')

const BODY_WORDS = 34

/** What every answer is: it names its question and carries a checksum over what it says. */
export interface Proof {
  readonly id: string
  readonly text: string
  readonly sum: string
}

const sumOf = (id: string, text: string): string => dice('sum', id, text).toString(36).slice(2, 12)

/** The question; each key is asked in words of its own. */
export const questionOf = (key: string): string =>
  `Describe item <${key}> as JSON with the keys id, text and sum.`

/** The key that a question names. */
export const keyOf = (question: string): string => {
  const key = /<([^>]+)>/.exec(question)?.[1]
  if (key === undefined) throw new Error(`No key in the question: ${question}`)
  return key
}

/**
 * A right answer. Each attempt of each provider words it differently, so that a cut, a splice of two or a
 * doubled answer can never pass.
 */
export const answerTo = (key: string, variant: string): string => {
  const words = Array.from(
    { length: BODY_WORDS },
    (_, i) => WORDS[Math.floor(dice('word', key, variant, i) * WORDS.length)],
  )
  const text = words.join(' ')
  return JSON.stringify({ id: key, text, sum: sumOf(key, text) })
}

/** Is it a whole and right answer to the question of this key? */
export const isRight = (key: string, answer: string): boolean => {
  try {
    const { id, text, sum } = JSON.parse(answer) as Proof
    return id === key && sum === sumOf(id, text)
  } catch {
    return false
  }
}

const isProof = (value: unknown): value is Proof => {
  const { id, text, sum } = (value ?? {}) as Record<string, unknown>
  return [id, text, sum].every((field) => typeof field === 'string')
}

/** The schema that an application would validate answers with. It knows the shape, not the checksum. */
export const PROOF: Schema<Proof> = {
  '~standard': {
    version: 1,
    vendor: 'holdfast-bench',
    validate: (value) =>
      isProof(value) ? { value } : { issues: [{ message: 'id, text and sum must be texts' }] },
  },
}

/** What an application does with the whole answers of a peer: throw when they do not fit. */
export const validated = (answer: string): string => {
  if (!isProof(JSON.parse(answer))) throw new Error('The answer does not fit its schema')
  return answer
}
