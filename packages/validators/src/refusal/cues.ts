/** The signs of a refusal, and of its opposite. What each language says for them is in a file of its own. */
export type Cue =
  /** The speaker cannot do what was asked. */
  | 'unable'
  /** The speaker will not. */
  | 'unwilling'
  /** It cannot be done, or is against what binds the speaker. */
  | 'barred'
  /** The speaker does not support such things. */
  | 'disowns'
  /** The speaker has no means or knowledge. */
  | 'lacks'
  | 'apology'
  /** The speaker says what it is: an assistant, a model. */
  | 'as-ai'
  /** It is not right, or not proper. */
  | 'improper'
  /** The speaker objects to the question. */
  | 'objects'
  /** What ought to be. */
  | 'norm'
  /** It opens with a lesson. */
  | 'lesson'
  /** Words of morals and law. */
  | 'moral'
  /** Something else is put in place of what was asked. */
  | 'redirect'
  /** Others can help. */
  | 'elsewhere'
  /** It opens as an answer opens. */
  | 'answers'
  /** Here is what was asked for. */
  | 'gives'
  /** A refusal is followed by an answer all the same. */
  | 'yet'

/**
 * What a language says for the cues; one that it leaves out is not looked for. A global pattern counts anywhere and as
 * often as it comes, any other in the opening sentences, and one anchored with `^` at the start.
 */
export type Phrases = Readonly<Partial<Record<Cue, RegExp>>>

/**
 * How much a cue says, in logits. Fitted to answers labelled by people, with a prior for what does not occur in them,
 * and rounded: what matters is their order, not their digits.
 */
export const WEIGHTS: Readonly<Record<Cue, number>> = {
  unable: 4,
  unwilling: 4,
  barred: 4,
  disowns: 2,
  lacks: 1.5,
  apology: 1.5,
  'as-ai': 1,
  improper: 1.5,
  objects: 1.2,
  norm: 1.3,
  lesson: 1.5,
  moral: 0.6,
  redirect: 0.5,
  elsewhere: 0.4,
  answers: -1,
  gives: -0.3,
  yet: -1.3,
}
/** An answer without any cue. */
export const BIAS = -2.75
/** A short text that declines is nothing else. */
export const SHORT_DECLINE = 1.5
/** Each item of a list, up to four: instructions have them, refusals seldom. */
export const LIST_ITEM = -0.35
export const CODE = -1
/** A cue that comes often says no more after the fourth time. */
export const MAX_TIMES = 4
/** In doubt it is an answer: a refusal that passes costs less than an answer that is thrown away. */
export const THRESHOLD = 0.4
/** Of a text whose speaker does not decline: who lectures may still answer. */
export const SOFT_THRESHOLD = 1
