import { isComment } from './characters.ts'

/** Stands for no value at all. */
export const NOTHING: unique symbol = Symbol('nothing')

/** Where the unquoted word at `from` ends: at the next bracket, comma, quote, comment or line break. */
const WORD_ENDS = ',{}[]()"\n'

export const endOfWord = (text: string, from: number): number => {
  let i = from
  for (; i < text.length; i++) {
    const char = text[i] as string
    if (char > '}') continue
    if (WORD_ENDS.includes(char)) break
    // The slashes of an address are no comment.
    if (i > from && (char === '/' || char === '#') && isComment(text, i) && text[i - 1] !== ':')
      break
  }
  return i
}

/** The constants of JSON, JavaScript and Python. */
const LITERAL = /^(?:(true|True|TRUE)|(false|False|FALSE)|null|Null|NULL|None|undefined)$/

const NUMBER = /^[+-]?(?:0|[1-9]\d*(?:_\d+)*)?(?:\.\d*(?:_\d+)*)?(?:e[+-]?\d+)?$/i
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/
/** Colons in a word are those of another member, but for these. */
const DATE = /^\d{4}-\d\d-\d\d[T ]\d\d:[\d:.]+(?:Z|[+-][\d:]+)?$/
const CUT_EXPONENT = /^(-?\d[\d.]*)e[+-]?$/i

/** What an unquoted word stands for: a literal of JSON, JavaScript or Python, a number, else itself. */
export const valueOfWord = (word: string, isAtEnd: boolean): unknown => {
  if (PLAIN_NUMBER.test(word)) return Number(word)
  const literal = LITERAL.exec(word)
  if (literal !== null) return literal[1] ? true : literal[2] ? false : null
  const number = CUT_EXPONENT.exec(word)?.[1] ?? word
  if (/\d/.test(number) && NUMBER.test(number)) {
    const value = Number(number.replaceAll('_', ''))
    return Number.isFinite(value) ? value : NOTHING
  }
  if (isAtEnd) {
    const begun = ['true', 'false', 'null'].find((it) => it.startsWith(word))
    if (begun !== undefined) return JSON.parse(begun)
    if (/^[+-]?$/.test(word)) return NOTHING
  }
  if (DATE.test(word)) return word
  // Neither a number that JSON does not know, nor a piece of code, nor two values in one.
  if (/^[+-]?(?:nan|inf|infinity)$|^[+*]|^\d\S*\s|[=;<>()`']|:(?!\/\/)/i.test(word)) return NOTHING
  return word
}
