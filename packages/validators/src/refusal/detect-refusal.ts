import {
  BIAS,
  CODE,
  LIST_ITEM,
  MAX_TIMES,
  SHORT_DECLINE,
  SOFT_THRESHOLD,
  THRESHOLD,
  WEIGHTS,
} from './cues.ts'
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
const CUES = /* @__PURE__ */ Object.keys(WEIGHTS) as readonly Cue[]
/** Who declines says so in the beginning: more of a text is not looked at, however long it is. */
const MAX_CHARS = 3000
const OPENING_CHARS = 320
const SHORT_CHARS = 150

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
  const verdicts = (known === undefined ? Object.values(LANGUAGES) : [known]).map((phrases) =>
    judge(phrases, plain),
  )
  return verdicts.reduce((best, verdict) => (verdict.confidence > best.confidence ? verdict : best))
}

const judge = (phrases: Phrases, text: string): RefusalVerdict => {
  const opening = (/^(?:[^.!?\n]*[.!?\n]+){1,2}/.exec(text)?.[0] ?? text).slice(0, OPENING_CHARS)
  const times = {} as Record<Cue, number>
  for (const cue of CUES) times[cue] = count(phrases[cue], text, opening)
  // Three ways to say the same count once.
  const declines = Math.max(times.unable, times.unwilling, times.barred)
  // What comes after "instead" is no instruction for what was asked.
  const items = declines && times.redirect ? 0 : count(/^\s*(?:\d+[.)]|[-*•])\s/gm, text, text)

  let score = BIAS + declines * WEIGHTS.unable + items * LIST_ITEM
  for (const cue of CUES) if (!DECLINING.has(cue)) score += times[cue] * WEIGHTS[cue]
  if (text.includes("'''")) score += CODE
  if (text.length < SHORT_CHARS && declines + times.disowns > 0) score += SHORT_DECLINE

  const threshold = declines + times.disowns + times.lacks > 0 ? THRESHOLD : SOFT_THRESHOLD
  const refused = score > threshold
  const isHard = declines + times.lacks > 0 && times.yet === 0
  return {
    refused,
    kind: refused ? (isHard ? 'hard' : 'soft') : undefined,
    confidence: 1 / (1 + Math.exp(threshold - score)),
    evidence: CUES.filter((cue) => times[cue] > 0),
  }
}

const DECLINING: ReadonlySet<Cue> = new Set(['unable', 'unwilling', 'barred'])

const count = (phrase: RegExp | undefined, text: string, opening: string): number => {
  if (phrase === undefined) return 0
  if (!phrase.global) return Number(phrase.test(opening))
  return Math.min(text.match(phrase)?.length ?? 0, MAX_TIMES)
}
