import { isComment, isQuote, skipBlanks } from './characters.ts'

/** Where a string stands: it decides what may follow its end. */
export type Place = 'key' | 'member' | 'item' | 'tuple'

/** What a quote is by what follows it: a string's end, also before `+`; the end of a key; content. */
export type Follows = 'end' | 'join' | 'key' | 'content'

/** A key longer than this is taken for one unseen: looking for its end must not cost more than reading it. */
const LONGEST_KEY = 200

const SCALAR = '(?:-?\\d[\\d.]*|true|false|null|True|False|None)'

export const whatFollows = (text: string, from: number, place: Place): Follows => {
  const at = skipBlanks(text, from)
  const next = text[at]
  if (next === undefined) return 'end'
  if (next === ':') return place === 'key' ? 'end' : 'key'
  if (place === 'key') return isValueAlone(text, from) ? 'end' : 'content'
  if (next === '}' || next === ']' || isComment(text, at)) return 'end'
  if (next === ')' && place === 'tuple') return 'end'
  if (next === '+' && JOIN.test(text.slice(at, at + LONGEST_KEY))) return 'join'
  const isItem = place !== 'member'
  if (next === ',') return isBegin(text, skipBlanks(text, at + 1), place) ? 'end' : 'content'
  // No comma: only after a space or a break, and only before what can be nothing but the next value.
  if (at === from || !(isQuote(next) || isItem || text.slice(from, at).includes('\n')))
    return 'content'
  return isItem ? (/["'{[\d]/.test(next) ? 'end' : 'content') : isKey(text, at) ? 'end' : 'content'
}

const JOIN = /^\+\s*(?:\/\*.*?\*\/\s*|(?:\/\/|#)[^\n]*\n\s*)*["'`]/s

/** Can what stands at `at`, after a comma, be the next item or member? */
const isBegin = (text: string, at: number, place: Place): boolean => {
  const next = text[at]
  if (next === undefined || /[}\].…]/.test(next) || isComment(text, at)) return true
  if (place === 'member') return isKey(text, at)
  if (place === 'tuple' && (next === '(' || next === ')')) return true
  return isQuote(next) || /^(?:[{[\d.-]|true\b|false\b|null\b|None\b)/i.test(text.slice(at, at + 6))
}

const KEY =
  /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[“”„][^“”„"]*[“”„"]|[\w$-]+(?:"(?=\s*:))?)\s*(.?)/s

/** Is this a key and its colon? Cut ones count, and ones whose first quote is missing. */
export const isKey = (text: string, at: number): boolean => {
  const ahead = text.slice(at, at + LONGEST_KEY)
  const key = KEY.exec(ahead)
  if (key === null) return isQuote(text[at]) && at + ahead.length === text.length
  return key[1] === ':' || (key[1] === '' && at + ahead.length === text.length)
}

const MEMBER = new RegExp(`^(["'])[^"'\\\\\\n]*\\1\\s*:\\s*(?:["'[{]|${SCALAR}\\s*[,}\\]])`)

/** Is this beyond doubt a member: a quoted key, its colon, and what a value begins with? */
export const isMember = (text: string, at: number): boolean =>
  MEMBER.test(text.slice(at, at + LONGEST_KEY))

const ITEM = /^(["'])[^"'\\\n]*\1\s*(?:\]|,\s*["'[{\d-])/

/** Is this beyond doubt a string that is an item: quoted, and before the next item or the list's end? */
export const isItem = (text: string, at: number): boolean =>
  ITEM.test(text.slice(at, at + LONGEST_KEY))

const VALUE_ALONE = new RegExp(
  `^\\s*(?:[[{]|${SCALAR}\\s*[,}])|^\\s+(["'“])[^"'“”\\\\\\n]*["'”]\\s*(?:\\}|,\\s*["'}])`,
)

/** Behind a key: is this its value, whole or a container, so that nothing but the colon is missing? */
export const isValueAlone = (text: string, from: number): boolean =>
  VALUE_ALONE.test(text.slice(from, from + LONGEST_KEY))
