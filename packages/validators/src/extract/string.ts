import { CLOSERS, isQuote, skip, skipBlanks } from './characters.ts'
import { unescaped } from './escapes.ts'
import { whatFollows } from './follows.ts'
import type { Place } from './follows.ts'
import { endOfFlatObject } from './inner-object.ts'
import { readUnclosed } from './lost-quote.ts'
import type { Closers } from './lost-quote.ts'

export interface ReadString {
  readonly value: string
  /** Behind the closing quote. */
  readonly end: number
  /** The text ended first. */
  readonly isCut?: boolean
  /** Quotes stood in it that should have been escaped. */
  readonly hasInner?: boolean
  /** Its closing quote is missing. */
  readonly isUnclosed?: boolean
}

/**
 * The string that opens at `open`, or undefined when it cannot be told where it ends. `closers` are those of the
 * containers around it.
 */
export const readString = (
  text: string,
  open: number,
  place: Place,
  closers: Closers = [],
): ReadString | undefined => {
  const found = readTriple(text, open) ?? readClosed(text, open, place)
  if (found !== 'unclear') return found
  return place === 'key' ? undefined : readUnclosed(text, open, closers)
}

/** One string, or several that are joined by `+`. */
export const readSum = (
  text: string,
  open: number,
  place: Place,
  closers: Closers = [],
): ReadString | undefined => {
  let value = ''
  for (let at = open; ;) {
    const found = readString(text, at, place, closers)
    if (found === undefined) return undefined
    value += found.value
    const plus = skip(text, found.end)
    at = text[plus] === '+' ? skip(text, plus + 1) : text.length
    if (!isQuote(text[at])) return { ...found, value }
  }
}

const readTriple = (text: string, open: number): ReadString | 'unclear' | undefined => {
  const quote = text[open] ?? ''
  const triple = quote.repeat(3)
  if ((quote !== '"' && quote !== "'") || !text.startsWith(triple, open)) return undefined
  const close = text.indexOf(triple, open + 3)
  if (close < 0) return 'unclear'
  return { value: text.slice(open + 3, close), end: close + 3 }
}

/**
 * A quote ends a string only if what follows fits; any other is content that should have been escaped. Content quotes
 * come in pairs, save apostrophes and inches; an odd one, or one in a list beside a raw line break, may as well be a lost
 * end, and a string that swallows its neighbours would be wrong in silence.
 */
const readClosed = (text: string, open: number, place: Place): ReadString | 'unclear' => {
  const quotes = CLOSERS[text[open] ?? ''] ?? ''
  let value = ''
  let from = open + 1
  let inner = 0
  let hasBreak = false
  let isTypographic = false
  for (let i = from; i < text.length; i++) {
    const char = text[i] as string
    if (char === '\n') hasBreak = true
    else if (char === '\\') {
      const [meant, length] = unescaped(text, i)
      value += text.slice(from, i) + meant
      i += length - 1
      from = i + 1
    } else if (quotes.includes(char)) {
      const follows = whatFollows(text, i + 1, place)
      if (follows === 'end' || (follows === 'join' && inner === 0)) {
        if (inner % 2 === 1 || (inner > 0 && hasBreak && place !== 'member')) return 'unclear'
        // A break that is meant is written as `\n`; a raw one before the closing quote is layout.
        let last = text.slice(from, i)
        if (hasBreak) last = last.replace(/(\S)[ \t]*\r?\n\s*$/, '$1')
        value += last
        return { value, end: i + 1, hasInner: inner > 0 }
      }
      // A key within a value: an end was lost, or a whole document stands in quotes.
      if (follows === 'key') return 'unclear'
      if (isMark(text, i)) continue
      // Nothing but a comma or blanks in a pair of quotes: these are the ends of two strings.
      const blank = skipBlanks(text, i + 1)
      const next = text[blank] === ',' ? skipBlanks(text, blank + 1) : blank
      if (inner % 2 === 0 && quotes.includes(text[next] ?? '…')) return 'unclear'
      // Before a key is over, its colon must come: another quote is that of the next.
      if (place === 'key') return 'unclear'
      const close = endOfFlatObject(text, open, i)
      if (close !== undefined) i = close - 1
      // A typographic quote that a straight one closes is a pair, too.
      inner += close !== undefined || isTypographic ? 2 : 1
      isTypographic = false
    } else if (char >= '“' && char <= '„')
      isTypographic = char === '„' || (char === '“' && !isTypographic)
  }
  const rest = text.slice(from)
  // Closed brackets at the very end say that not the text was cut, but a quote lost.
  if (inner > 0 || /[}\]]\s*(```)?\s*$/.test(text.slice(-40))) return 'unclear'
  return { value: value + rest, end: text.length, isCut: true }
}

/** An apostrophe within a word, or the sign for inches and seconds: not before a comma and the next quote. */
const isMark = (text: string, at: number): boolean => {
  if (/\d/.test(text[at - 1] ?? '')) return !/^\s*,\s*"/.test(text.slice(at + 1, at + 40))
  return text[at] !== '"' && /\p{L}/u.test(text[at - 1] ?? '') && /\p{L}/u.test(text[at + 1] ?? '')
}
