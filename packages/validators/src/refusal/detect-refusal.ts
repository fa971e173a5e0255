import {
  BIAS,
  CODE,
  LIST_ITEM,
  MAX_TIMES,
  PLACES,
  SHORT_DECLINE,
  THRESHOLD,
  WEIGHTS,
} from './cues.ts'
import type { Cue, Phrases, Place } from './cues.ts'
import { english } from './english.ts'
import { german } from './german.ts'
import { spanish } from './spanish.ts'

/** What a text says about whether its speaker declines. */
export interface RefusalVerdict {
  readonly refused: boolean
  /** `hard`: the speaker says that it cannot or will not; `soft`: it lectures, objects or redirects, or answers in part. */
  readonly kind: 'hard' | 'soft' | undefined
  /** 0..1: how likely it is a refusal. */
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
  const plain = text
    .slice(0, MAX_CHARS)
    .replaceAll(/[’‘‛`]/g, "'")
    .replaceAll('\u00a0', ' ')
    .trim()
  const places: Readonly<Record<Place, string>> = {
    start: plain,
    opening: (/^(?:[^.!?\n]*[.!?\n]+){1,2}/.exec(plain)?.[0] ?? plain).slice(0, OPENING_CHARS),
    anywhere: plain,
  }
  const known = locale === undefined ? undefined : LANGUAGES[locale.slice(0, 2).toLowerCase()]
  const found = known === undefined ? Object.values(LANGUAGES) : [known]
  let best = judge(found[0] as Phrases, places)
  for (const phrases of found.slice(1)) {
    const other = judge(phrases, places)
    if (other.confidence > best.confidence) best = other
  }
  return best
}

const judge = (phrases: Phrases, places: Readonly<Record<Place, string>>): RefusalVerdict => {
  const times = {} as Record<Cue, number>
  for (const cue of CUES) times[cue] = count(phrases[cue], places[PLACES[cue]])
  const declines = times.unable + times.unwilling + times.barred > 0
  const text = places.anywhere
  // What comes after "instead" is no instruction for what was asked.
  const items = declines && times.redirect > 0 ? 0 : count(/^\s*(?:\d+[.)]|[-*•])\s/gm, text)

  let score = BIAS + items * LIST_ITEM + (text.includes('```') ? CODE : 0)
  for (const cue of CUES) score += isSame(cue) ? 0 : times[cue] * WEIGHTS[cue]
  if (declines) score += WEIGHTS.unable
  if (text.length < SHORT_CHARS && (declines || times.disowns > 0)) score += SHORT_DECLINE

  const refused = score > THRESHOLD
  const isHard = (declines || times.lacks > 0) && times.yet === 0
  return {
    refused,
    kind: refused ? (isHard ? 'hard' : 'soft') : undefined,
    confidence: 1 / (1 + Math.exp(THRESHOLD - score)),
    evidence: CUES.filter((cue) => times[cue] > 0),
  }
}

/** Three ways to say the same: they count once. */
const isSame = (cue: Cue): boolean => cue === 'unable' || cue === 'unwilling' || cue === 'barred'

const count = (phrase: RegExp, text: string): number =>
  phrase.global ? Math.min(text.match(phrase)?.length ?? 0, MAX_TIMES) : Number(phrase.test(text))
