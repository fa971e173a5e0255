import { NOTHING } from './bare.ts'
import { isQuote, skip } from './characters.ts'
import { readConstant } from './constants.ts'
import { isValueAlone } from './follows.ts'
import { attach, isEmpty, isFlat, openedBy } from './open.ts'
import type { Open, Reading } from './open.ts'
import { readString, readSum } from './string.ts'
import { readBareKey, readWord } from './words.ts'

/** Deeper is an attack, or a model that runs in circles. */
const MAX_DEPTH = 500
/** `(1,234)` is what bookkeepers write for minus 1234. */
const SUM = /^\(\d{1,3}(?:,\d{3})+[.)]/
const FENCE = '```'

/** A scalar that was read, in whatever way it was written. */
interface ReadValue {
  readonly value: unknown
  readonly end: number
  readonly isCut?: boolean
  readonly isUnclosed?: boolean
}

type Step = 'on' | 'done' | 'cut' | 'broken'

/**
 * Reads the container that opens at `start` as leniently as can be done without guessing; undefined when it is broken.
 *
 * One pass from left to right and a stack of its own: linear in the length of the text, however deep it nests.
 */
export const readContainer = (text: string, start: number): Reading | undefined => {
  const reader = new Reader(text, start)
  let step: Step = 'on'
  while (step === 'on') step = reader.step()
  if (step === 'cut') {
    reader.isCut = true
    reader.end = text.length
  }
  return step === 'broken' ? undefined : reader
}

class Reader implements Reading {
  readonly #text: string
  readonly #stack: Open[] = []
  value: object | undefined
  end: number
  isCut = false
  /** A comma stands before what comes next. */
  #isParted = false
  isElided = false
  isBare = false
  isMended = false
  isQuoted = false

  constructor(text: string, start: number) {
    this.#text = text
    this.end = start
  }

  /** Past one comma, one bracket, or one item or member. */
  step(): Step {
    const text = this.#text
    const from = this.end
    this.end = skip(text, from)
    const char = text[this.end]
    // A comment that goes to the end with brackets in it has swallowed a document of one line.
    if (char === undefined)
      return /[}\]][^\n]*$/.test(text.slice(Math.max(from, this.end - 200))) ? 'broken' : 'cut'
    if (char === ',') {
      this.#isParted = true
      return this.#past(1)
    }
    if (char === '}' || char === ']' || char === ')') return this.#close(char)
    if (char === '…' || text.startsWith('...', this.end)) {
      this.isElided = true
      return this.#past(char === '…' ? 1 : 3)
    }
    if (text.startsWith(FENCE, this.end)) {
      this.isMended = true
      return this.value === undefined ? 'broken' : 'done'
    }
    const top = this.#stack.at(-1)
    if (top === undefined || Array.isArray(top.value)) return this.#value(top, undefined)
    const key = this.#key(char)
    return typeof key === 'object' ? this.#value(top, key.name) : key
  }

  #past(chars: number): Step {
    this.end += chars
    return 'on'
  }

  #close(char: string): Step {
    const innermost = this.#stack.at(-1)
    if (!this.#stack.some(({ closer }) => closer === char)) {
      // A bracket of the wrong kind at the very end; anywhere else, the one that it would close may be missing.
      if (this.#stack.length > 1 || skip(this.#text, this.end + 1) < this.#text.length)
        return 'broken'
      this.isMended = true
      this.end++
      return 'done'
    }
    if (innermost?.closer === ')' && !this.#isTuple(innermost.value)) return 'broken'
    if (innermost?.closer !== char) {
      if (innermost?.closer === ')' || isEmpty(innermost)) return 'broken'
      this.isMended = true
    }
    while (this.#stack.pop()?.closer !== char);
    this.end++
    this.#isParted = false
    return this.#stack.length === 0 ? 'done' : 'on'
  }

  /** `(1)` is a number in brackets, `(1,)` a tuple. */
  #isTuple(value: object): boolean {
    const { length } = Object.keys(value)
    return length > 1 || (length === 1 && this.#isParted)
  }

  /** A key and its colon, up to the value. */
  #key(char: string): Step | { readonly name: string } {
    const text = this.#text
    if (char === '{' && this.#isNextObject()) {
      this.#stack.pop()
      this.isMended = true
      return 'on'
    }
    const quoted = isQuote(char)
    const found = quoted ? readString(text, this.end, 'key') : readBareKey(text, this.end)
    if (found === undefined) return 'broken'
    if (quoted) this.isQuoted = true
    else this.isBare = true
    this.end = skip(text, found.end)
    if (this.end >= text.length) return 'cut'
    if (text[this.end] !== ':') {
      // The test of a string's end was made when it was read; a bare key is none of a function or a query.
      if (!isValueAlone(text, found.end) || (!quoted && /[{[]/.test(text[this.end] ?? '')))
        return 'broken'
      this.isMended = true
      return { name: found.value }
    }
    this.end = skip(text, this.end + 1)
    return this.end >= text.length ? 'cut' : { name: found.value }
  }

  /**
   * No key begins with a brace: between the objects of a list, the bracket of the one before is missing. In one that
   * has others in it, any of them may lack it.
   */
  #isNextObject(): boolean {
    const [around, open] = this.#stack.slice(-2)
    const isInList = this.#isParted && around?.closer === ']' && open !== undefined
    return isInList && !isEmpty(open) && isFlat(open)
  }

  #value(top: Open | undefined, key: string | undefined): Step {
    const first = this.#text[this.end] as string
    const isTuple = top?.closer === ')'
    // Two strings in round brackets without a comma are one to Python.
    if (isTuple && !this.#isParted && !isEmpty(top)) return 'broken'
    this.#isParted = false
    const constant = readConstant(this.#text, this.end)
    if (constant === undefined && '{[('.includes(first)) return this.#open(top, key, first)
    const place = key !== undefined ? 'member' : isTuple ? 'tuple' : 'item'
    const isWord = constant === undefined && !isQuote(first)
    const found: ReadValue | undefined =
      constant ??
      (isWord
        ? readWord(this.#text, this.end, place)
        : readSum(this.#text, this.end, place, this.#stack))
    if (found === undefined) return 'broken'
    const { value, end, isCut = false, isUnclosed = false } = found
    if (value === NOTHING) return 'cut'
    if (!isWord) this.isQuoted = true
    else if (typeof value === 'string') this.isBare = true
    this.isMended ||= isUnclosed
    this.end = end
    // Of an item that was cut before its first letter nothing was said.
    if (key !== undefined || !isCut || value !== '') attach(top, key, value)
    return isCut ? 'cut' : 'on'
  }

  #open(top: Open | undefined, key: string | undefined, bracket: string): Step {
    if (this.#stack.length >= MAX_DEPTH) return 'broken'
    if (bracket === '(' && SUM.test(this.#text.slice(this.end, this.end + 40))) return 'broken'
    const opened = openedBy(bracket)
    this.value ??= opened.value
    attach(top, key, opened.value)
    this.#stack.push(opened)
    return this.#past(1)
  }
}
