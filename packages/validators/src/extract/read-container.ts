import { endOfWord, NOTHING, valueOfWord } from './bare.ts'
import { isQuote, skip } from './characters.ts'
import { isKey, readString } from './string.ts'

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
  /** Some inner bracket was never closed. */
  readonly isMended: boolean
  /** Some string or key had quotes. */
  readonly isQuoted: boolean
}

/** Deeper is an attack, or a model that runs in circles. */
const MAX_DEPTH = 500
const FENCE = '```'
const BARE_KEY = /[\p{L}\d_$][\p{L}\d_$.-]*/uy

interface Open {
  readonly value: object
  readonly closer: string
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
    if (char === ',') return this.#past(1)
    if (char === '}' || char === ']') return this.#close(char)
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
    while (this.#stack.pop()?.closer !== char) this.isMended = true
    if (this.isMended && isEmpty(innermost?.value)) return 'broken'
    this.at++
    return this.#stack.length === 0 ? 'done' : 'on'
  }

  /** A key and its colon, up to the value. */
  #key(char: string): Step | { readonly name: string } {
    const text = this.#text
    const quoted = isQuote(char)
    const found = quoted ? readString(text, this.at, 'key') : readBareKey(text, this.at)
    if (found === undefined) return 'broken'
    if (quoted) this.isQuoted = true
    else this.isBare = true
    this.at = skip(text, found.end)
    if (this.at >= text.length) return 'cut'
    if (text[this.at] !== ':') return 'broken'
    this.at = skip(text, this.at + 1)
    return this.at >= text.length ? 'cut' : { name: found.value }
  }

  #value(top: Open | undefined, key: string | undefined): Step {
    const first = this.#text[this.at] as string
    if (first === '{' || first === '[') return this.#open(top, key, first)
    if (!isQuote(first)) return this.#word(top, key)
    const found = readString(this.#text, this.at, key === undefined ? 'item' : 'member')
    if (found === undefined) return 'broken'
    this.isQuoted = true
    this.at = found.end
    attach(top, key, found.value)
    return found.isCut ? 'cut' : 'on'
  }

  #open(top: Open | undefined, key: string | undefined, bracket: '{' | '['): Step {
    if (this.#stack.length >= MAX_DEPTH) return 'broken'
    const value = bracket === '{' ? {} : []
    this.root ??= value
    attach(top, key, value)
    this.#stack.push({ value, closer: bracket === '{' ? '}' : ']' })
    return this.#past(1)
  }

  #word(top: Open | undefined, key: string | undefined): Step {
    const text = this.#text
    const end = endOfWord(text, this.at)
    const isCut = end === text.length
    const word = text.slice(this.at, end).trim()
    const value = word === '' ? NOTHING : valueOfWord(word, isCut)
    if (value === NOTHING) return isCut && word !== '' ? 'cut' : 'broken'
    // Before a quote, either the word's own first quote is missing, or a comma.
    const isNext = key !== undefined && text[end - 1] === ' ' && isKey(text, end)
    if (text[end] === '"' && !isNext) return 'broken'
    this.isBare ||= typeof value === 'string'
    this.at = end
    attach(top, key, value)
    return isCut ? 'cut' : 'on'
  }
}

const isEmpty = (container: object | undefined): boolean =>
  container !== undefined && Object.keys(container).length === 0

const attach = (top: Open | undefined, key: string | undefined, value: unknown): void => {
  const container = top?.value
  if (container === undefined) return
  if (key === undefined) (container as unknown[]).push(value)
  // Assigned, `__proto__` would be the prototype.
  else if (key === '__proto__')
    Object.defineProperty(container, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
  else (container as Record<string, unknown>)[key] = value
}

const readBareKey = (text: string, from: number): { value: string; end: number } | undefined => {
  BARE_KEY.lastIndex = from
  const value = BARE_KEY.exec(text)?.[0]
  return value === undefined ? undefined : { value, end: from + value.length }
}
