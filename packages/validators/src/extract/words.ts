import { endOfWord, NOTHING, valueOfWord } from './bare.ts'
import { meantBy } from './escapes.ts'
import { isKey, whatFollows } from './follows.ts'
import type { Place } from './follows.ts'

export interface ReadWord {
  readonly value: unknown
  readonly end: number
  /** The text ended first. */
  readonly isCut?: boolean
}

/** The value at `at` that has no opening quote, or NOTHING where it is none; undefined when it cannot be told. */
export const readWord = (text: string, at: number, place: Place): ReadWord | undefined => {
  const end = endOfWord(text, at)
  const isCut = end === text.length
  const word = text.slice(at, end).trim()
  const value = word === '' ? NOTHING : valueOfWord(word, isCut)
  if (value === NOTHING) return isCut && word !== '' ? { value, end, isCut } : undefined
  if (text[end] === '(') return undefined
  if (text[end] !== '"') return { value, end, isCut }
  // Before a quote, either the word's own first quote is missing, or a comma.
  if (place === 'member' && text[end - 1] === ' ' && isKey(text, end)) return { value, end, isCut }
  // A bare word before the comma is the beginning of this one.
  if (/\p{L}\s*,\s*$/u.test(text.slice(Math.max(0, at - 20), at))) return undefined
  return typeof value === 'string' && isEnd(text, end + 1, place)
    ? { value: meantBy(value), end: end + 1 }
    : undefined
}

/** Is the quote before `from` the closing one of a word whose opening one is missing? */
const isEnd = (text: string, from: number, place: Place): boolean =>
  whatFollows(text, from, place) === 'end' ||
  (place === 'item' && /^\s*,\s*[\w ]+"\s*[,\]]/.test(text.slice(from, from + 100)))

const BARE_KEY = /[\p{L}\d_$][\p{L}\d_$.-]*/uy

/** The unquoted key at `from`, or one whose first quote is missing. */
export const readBareKey = (
  text: string,
  from: number,
): { readonly value: string; readonly end: number } | undefined => {
  BARE_KEY.lastIndex = from
  const value = BARE_KEY.exec(text)?.[0]
  if (value === undefined) return undefined
  const end = from + value.length
  return { value, end: /^"\s*:/.test(text.slice(end, end + 20)) ? end + 1 : end }
}
