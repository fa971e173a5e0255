import { CLOSERS, isComment, isQuote, skipBlanks } from './characters.ts'

/** Where a string stands: it decides what may follow its end. */
export type Place = 'key' | 'member' | 'item'

export interface ReadString {
  readonly value: string
  /** Behind the closing quote. */
  readonly end: number
  /** The text ended first. */
  readonly isCut: boolean
  /** Quotes stood in it that should have been escaped. */
  readonly hasInner: boolean
}

/** A key longer than this is taken for one unseen: looking for its end must not cost more than reading it. */
const LONGEST_KEY = 200

/**
 * The string that opens at `open`, or undefined when it cannot be told where it ends.
 *
 * A quote ends it only if what follows fits; any other is content that should have been escaped. Content quotes come in
 * pairs, save apostrophes and inches; an odd one, or one beside a raw line break, may as well be a lost end, and a
 * string that swallows its neighbours would be wrong in silence.
 */
export const readString = (text: string, open: number, place: Place): ReadString | undefined => {
  const quote = text[open] ?? ''
  const triple = quote.repeat(3)
  if ((quote === '"' || quote === "'") && text.startsWith(triple, open)) {
    const close = text.indexOf(triple, open + 3)
    if (close < 0) return undefined
    return { value: text.slice(open + 3, close), end: close + 3, isCut: false, hasInner: false }
  }
  const closers = CLOSERS[quote] ?? quote
  let value = ''
  let from = open + 1
  let inner = 0
  let hasBreak = false
  for (let i = from; i < text.length; i++) {
    const char = text[i] as string
    if (char === '\n') hasBreak = true
    else if (char === '\\') {
      const [meant, length] = unescaped(text, i)
      value += text.slice(from, i) + meant
      i += length - 1
      from = i + 1
    } else if (closers.includes(char)) {
      const follows = whatFollows(text, i + 1, place)
      if (follows === 'end') {
        if (inner % 2 === 1 || (inner > 0 && hasBreak)) return undefined
        // A break that is meant is written as `\n`; a raw one before the closing quote is layout.
        let last = text.slice(from, i)
        if (hasBreak) last = last.replace(/(\S)[ \t]*\r?\n\s*$/, '$1')
        return { value: value + last, end: i + 1, isCut: false, hasInner: inner > 0 }
      }
      // A key within a value: an end was lost, or a whole document stands in quotes.
      if (follows === 'key') return undefined
      if (isMark(text, i)) continue
      // Before a key is over, its colon must come: another quote is that of the next.
      if (place === 'key') return undefined
      inner += 1
    }
  }
  const rest = text.slice(from)
  // Closed brackets at the very end say that not the text was cut, but a quote lost.
  if (inner > 0 || /[}\]]\s*(```)?\s*$/.test(text.slice(-40))) return undefined
  return { value: value + rest, end: text.length, isCut: true, hasInner: false }
}

/** An apostrophe within a word, or the sign for inches and seconds. */
const isMark = (text: string, at: number): boolean =>
  /[\p{L}\d]/u.test(text[at - 1] ?? '') &&
  (/\d/.test(text[at - 1] ?? '') || (text[at] !== '"' && /\p{L}/u.test(text[at + 1] ?? '')))

const whatFollows = (text: string, from: number, place: Place): 'end' | 'key' | 'content' => {
  const at = skipBlanks(text, from)
  const next = text[at]
  if (next === undefined) return 'end'
  if (next === ':') return place === 'key' ? 'end' : 'key'
  if (place === 'key') return 'content'
  if (next === '}' || next === ']' || isComment(text, at)) return 'end'
  const isItem = place === 'item'
  if (next === ',') return isBegin(text, skipBlanks(text, at + 1), isItem) ? 'end' : 'content'
  // No comma: only after a space or a break, and only before what can be nothing but the next value.
  if (at === from || !(isQuote(next) || isItem || text.slice(from, at).includes('\n')))
    return 'content'
  return isItem ? (/["'{[\d]/.test(next) ? 'end' : 'content') : isKey(text, at) ? 'end' : 'content'
}

/** Can what stands at `at`, after a comma, be the next item or member? */
const isBegin = (text: string, at: number, isItem: boolean): boolean => {
  const next = text[at]
  if (next === undefined || /[}\].…]/.test(next) || isComment(text, at)) return true
  if (!isItem) return isKey(text, at)
  return isQuote(next) || /^(?:[{[\d.-]|true\b|false\b|null\b|None\b)/i.test(text.slice(at, at + 6))
}

/** Is this a key and its colon? Cut ones count. */
export const isKey = (text: string, at: number): boolean => {
  const ahead = text.slice(at, at + LONGEST_KEY)
  const key = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[“”„][^“”„"]*[“”„"]|[\w$-]+)\s*(.?)/s.exec(
    ahead,
  )
  if (key === null) return isQuote(text[at]) && at + ahead.length === text.length
  return key[1] === ':' || (key[1] === '' && at + ahead.length === text.length)
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * What the escape at `at` stands for, and its length. A backslash before anything that JSON and JavaScript do not know
 * is kept: it is one of a formula, a pattern or a path.
 */
const unescaped = (text: string, at: number): readonly [string, number] => {
  const next = text[at + 1]
  if (next === undefined) return ['', 1]
  const hex = next === 'u' ? 4 : next === 'x' ? 2 : 0
  const code = text.slice(at + 2, at + 2 + hex)
  if (hex > 0) {
    if (code.length === hex && /^[\da-f]+$/i.test(code))
      return [String.fromCharCode(Number.parseInt(code, 16)), hex + 2]
    if (at + 2 + hex >= text.length) return ['', text.length - at]
  }
  // Markdown escapes underscores.
  if (isQuote(next) || /[\\/\n_]/.test(next)) return [next, 2]
  return [ESCAPES[next] ?? `\\${next}`, 2]
}
