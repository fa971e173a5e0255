import { BIAS, DECLINES, MAX_CHARS, SIGNS } from './cues.ts'
import type { Cue, Phrases } from './cues.ts'
import { english } from './english.ts'
import { german } from './german.ts'
import { spanish } from './spanish.ts'

/** What a text says about whether its speaker declines. */
export interface RefusalVerdict {
  readonly refused: boolean
  /** `hard`: the speaker says that it cannot or will not; `soft`: it lectures, objects or redirects, or answers in part. */
  readonly kind: 'hard' | 'soft' | undefined
  /** 0..1: how likely it is a refusal; it counts as one above 0.5. */
  readonly confidence: number
  /** The cues that were found, by name: the words themselves may be private. */
  readonly evidence: readonly string[]
}

export interface DetectRefusalOptions {
  /**
   * The language of the text: `en`, `de`, `es`, or a tag of these such as `de-AT`.
   * @default all are tried
   */
  readonly locale?: string | undefined
}

const LANGUAGES: Readonly<Record<string, Phrases>> = { en: english, de: german, es: spanish }
const CUES = /* @__PURE__ */ Object.keys(SIGNS) as readonly Cue[]
const OPENING = /^(?:[^.!?\n]*[.!?\n]+){1,2}/
const OPENING_CHARS = 320
const ITEM = /^\s*(?:\d+[.)]|[-*•])\s/gm

/**
 * Does the speaker of this text decline what it was asked?
 *
 * Judged by what a refusal is and not by a list of phrases: who speaks, that it cannot or will not, in the opening
 * sentences, with an apology, a lesson or a redirection, and without what was asked for. A long helpful answer that
 * mentions "I cannot" is none.
 *
 * @example detectRefusal("I'm sorry, but I can't help with that.").refused // true
 */
export const detectRefusal = (
  text: string,
  { locale }: DetectRefusalOptions = {},
): RefusalVerdict => {
  const plain = text.slice(0, MAX_CHARS).replace(/[’‘`]/g, "'").replaceAll('\u00a0', ' ').trim()
  const known = LANGUAGES[String(locale).slice(0, 2).toLowerCase()]
  return (known === undefined ? Object.values(LANGUAGES) : [known])
    .map((phrases) => judge(phrases, plain))
    .reduce((best, verdict) => (verdict.confidence > best.confidence ? verdict : best))
}

const judge = (phrases: Phrases, text: string): RefusalVerdict => {
  const times = countsOf(phrases, text)
  const declines = times.unable + times.unwilling + times.barred > 0
  let score = BIAS + (declines ? DECLINES : 0)
  for (const cue of CUES) score += times[cue] * SIGNS[cue].weight

  const refused = score > 0
  const isHard = declines && times.yet === 0
  return {
    refused,
    kind: refused ? (isHard ? 'hard' : 'soft') : undefined,
    confidence: 1 / (1 + Math.exp(-score)),
    evidence: CUES.filter((cue) => times[cue] > 0),
  }
}

const countsOf = (phrases: Phrases, text: string): Record<Cue, number> => {
  const opening = (OPENING.exec(text)?.[0] ?? text).slice(0, OPENING_CHARS)
  const times = {} as Record<Cue, number>
  for (const cue of CUES) {
    const { most = 1, chars } = SIGNS[cue]
    const phrase = cue === 'items' ? ITEM : phrases[cue]
    const part = chars === undefined ? opening : text.slice(0, chars)
    times[cue] = Math.min(most, part.match(phrase)?.length ?? 0)
  }
  return times
}
