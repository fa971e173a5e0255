import { NOTHING } from './bare.ts'
import { isQuote, skip } from './characters.ts'
import { readConstant } from './constants.ts'
import { isValueAlone } from './follows.ts'
import type { Place } from './follows.ts'
import { attach, isEmpty, isFlat, openedBy } from './open.ts'
import type { Open } from './open.ts'
import { readString, readSum } from './string.ts'
import { readBareKey, readWord } from './words.ts'

/** A container as it was meant, and how far from JSON it was. */
export interface Reading {
  readonly value: unknown
  /** Behind its last bracket, or the text's end. */
  readonly end: number
  /** The text ended first. */
  readonly isCut: boolean
  /** An ellipsis stands for what was left out. */
  readonly isElided: boolean
  /** Some key or string had no quotes. */
  readonly isBare: boolean
  /** Some inner bracket was never closed, or some quote or colon is missing. */
  readonly isMended: boolean
  /** Some string or key had quotes. */
  readonly isQuoted: boolean
}

/** Deeper is an attack, or a model that runs in circles. */
const MAX_DEPTH = 500
const FENCE = '```'

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
  if (step === 'broken') return undefined
  const { root, at, isElided, isBare, isMended, isQuoted } = reader
  const isCut = step === 'cut'
  const end = isCut ? text.length : at
  return { value: root, end, isCut, isElided, isBare, isMended, isQuoted }
}

class Reader {
  readonly #text: string
  readonly #stack: Open[] = []
  root: object | undefined
  at: number
  /** A comma stands before what comes next. */
  #isParted = false
  isElided = false
  isBare = false
  isMended = false
  isQuoted = false

  constructor(text: string, start: number) {
    this.#text = text
    this.at = start
  }

  /** Past one comma, one bracket, or one item or member. */
  step(): Step {
    const text = this.#text
    const from = this.at
    this.at = skip(text, from)
    const char = text[this.at]
    // A comment that goes to the end with brackets in it has swallowed a document of one line.
    if (char === undefined)
      return /[}\]][^\n]*$/.test(text.slice(Math.max(from, this.at - 200))) ? 'broken' : 'cut'
    if (char === ',') {
      this.#isParted = true
      return this.#past(1)
    }
    if (char === '}' || char === ']' || char === ')') return this.#close(char)
    if (char === '…' || text.startsWith('...', this.at)) {
      this.isElided = true
      return this.#past(char === '…' ? 1 : 3)
    }
    if (text.startsWith(FENCE, this.at)) {
      this.isMended = true
      return this.root === undefined ? 'broken' : 'done'
    }
    const top = this.#stack.at(-1)
    if (top === undefined || Array.isArray(top.value)) return this.#value(top, undefined)
    const key = this.#key(char)
    return typeof key === 'object' ? this.#value(top, key.name) : key
  }

  #past(chars: number): Step {
    this.at += chars
    return 'on'
  }

  #close(char: string): Step {
    const innermost = this.#stack.at(-1)
    if (!this.#stack.some(({ closer }) => closer === char)) return 'broken'
    if (innermost?.closer === ')' && !this.#isTuple(innermost.value)) return 'broken'
    if (innermost?.closer !== char) {
      if (innermost?.closer === ')' || isEmpty(innermost)) return 'broken'
      this.isMended = true
    }
    while (this.#stack.pop()?.closer !== char);
    this.at++
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
    const found = quoted ? readString(text, this.at, 'key') : readBareKey(text, this.at)
    if (found === undefined) return 'broken'
    if (quoted) this.isQuoted = true
    else this.isBare = true
    this.at = skip(text, found.end)
    if (this.at >= text.length) return 'cut'
    if (text[this.at] !== ':') {
      // The test of a string's end was made when it was read; a bare key is none of a function or a query.
      if (!isValueAlone(text, found.end) || (!quoted && /[{[]/.test(text[this.at] ?? '')))
        return 'broken'
      this.isMended = true
      return { name: found.value }
    }
    this.at = skip(text, this.at + 1)
    return this.at >= text.length ? 'cut' : { name: found.value }
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
    const first = this.#text[this.at] as string
    const isTuple = top?.closer === ')'
    // Two strings in round brackets without a comma are one to Python.
    if (isTuple && !this.#isParted && !isEmpty(top)) return 'broken'
    this.#isParted = false
    const constant = readConstant(this.#text, this.at)
    if (constant !== undefined) {
      this.isQuoted = true
      this.at = constant.end
      attach(top, key, constant.value)
      return 'on'
    }
    if (first === '{' || first === '[' || first === '(') return this.#open(top, key, first)
    const place = key !== undefined ? 'member' : isTuple ? 'tuple' : 'item'
    return isQuote(first) ? this.#string(top, key, place) : this.#word(top, key, place)
  }

  #string(top: Open | undefined, key: string | undefined, place: Place): Step {
    const found = readSum(this.#text, this.at, place, this.#stack)
    if (found === undefined) return 'broken'
    this.isQuoted = true
    this.isMended ||= found.isUnclosed
    this.at = found.end
    // Of an item that was cut before its first letter nothing was said.
    if (key !== undefined || !found.isCut || found.value !== '') attach(top, key, found.value)
    return found.isCut ? 'cut' : 'on'
  }

  #open(top: Open | undefined, key: string | undefined, bracket: string): Step {
    if (this.#stack.length >= MAX_DEPTH) return 'broken'
    // `(1,234)` is what bookkeepers write for minus 1234.
    if (
      bracket === '(' &&
      /^\(\d{1,3}(?:,\d{3})+[.)]/.test(this.#text.slice(this.at, this.at + 40))
    )
      return 'broken'
    const opened = openedBy(bracket)
    this.root ??= opened.value
    attach(top, key, opened.value)
    this.#stack.push(opened)
    return this.#past(1)
  }

  #word(top: Open | undefined, key: string | undefined, place: Place): Step {
    const found = readWord(this.#text, this.at, place)
    if (found === undefined) return 'broken'
    if (found.value === NOTHING) return 'cut'
    this.isBare ||= typeof found.value === 'string'
    this.at = found.end
    attach(top, key, found.value)
    return found.isCut ? 'cut' : 'on'
  }
}
