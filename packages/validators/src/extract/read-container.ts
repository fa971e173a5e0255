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
const CLOSER_OF: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

interface Open {
  readonly value: object
  readonly closer: string
}

/**
 * Reads the container that opens at `start` as leniently as can be done without guessing; undefined when it is broken.
 *
 * One pass from left to right and a stack of its own: linear in the length of the text, however deep it nests.
 */
export const readContainer = (text: string, start: number): Reading | undefined => {
  const stack: Open[] = []
  let root: object | undefined
  let isElided = false
  let isBare = false
  let isMended = false
  let isQuoted = false
  let i = start
  const done = (isCut: boolean): Reading => ({
    value: root,
    end: isCut ? text.length : i,
    isCut,
    isElided,
    isBare,
    isMended,
    isQuoted,
  })

  for (;;) {
    const from = i
    i = skip(text, i)
    const char = text[i]
    const top = stack.at(-1)
    // A comment that goes to the end with brackets in it has swallowed a document of one line.
    if (char === undefined && /[}\]][^\n]*$/.test(text.slice(Math.max(from, i - 200))))
      return undefined
    if (char === undefined) return done(true)
    if (char === ',') {
      i++
      continue
    }
    if (char === '…' || text.startsWith('...', i)) {
      isElided = true
      i += char === '…' ? 1 : 3
      continue
    }
    if ('}]'.includes(char)) {
      if (!stack.some(({ closer }) => closer === char)) return undefined
      while (stack.pop()?.closer !== char) isMended = true
      if (isMended && isEmpty(top?.value)) return undefined
      i++
      if (stack.length === 0) return done(false)
      continue
    }

    if (text.startsWith(FENCE, i)) {
      isMended = true
      return root === undefined ? undefined : done(false)
    }

    let key: string | undefined
    if (top !== undefined && !Array.isArray(top.value)) {
      const found = isQuote(char) ? readString(text, i, 'key') : readBareKey(text, i)
      if (found === undefined) return undefined
      if (isQuote(char)) isQuoted = true
      else isBare = true
      i = skip(text, found.end)
      if (i >= text.length) return done(true)
      if (text[i] !== ':') return undefined
      i = skip(text, i + 1)
      if (i >= text.length) return done(true)
      key = found.value
    }

    const first = text[i] as string
    const closer = CLOSER_OF[first]
    let value: unknown
    let isCut = false
    if (closer !== undefined) {
      value = first === '{' ? {} : []
      root ??= value as object
      if (stack.length >= MAX_DEPTH) return undefined
      stack.push({ value: value as object, closer })
      i++
    } else if (isQuote(first)) {
      const found = readString(text, i, key === undefined ? 'item' : 'member')
      if (found === undefined) return undefined
      isQuoted = true
      ;({ value, end: i, isCut } = found)
    } else {
      const end = endOfWord(text, i)
      const word = text.slice(i, end).trim()
      isCut = end === text.length
      if (word === '') return undefined
      value = valueOfWord(word, isCut)
      if (value === NOTHING) return isCut ? done(true) : undefined
      // Before a quote, either the word's own first quote is missing, or a comma.
      if (text[end] === '"' && !(key !== undefined && text[end - 1] === ' ' && isKey(text, end)))
        return undefined
      isBare ||= typeof value === 'string'
      i = end
    }
    if (top !== undefined) attach(top.value, key, value)
    if (isCut) return done(true)
  }
}

const isEmpty = (container: object | undefined): boolean =>
  container !== undefined && Object.keys(container).length === 0

const attach = (container: object, key: string | undefined, value: unknown): void => {
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

const BARE_KEY = /[\p{L}\d_$][\p{L}\d_$.-]*/uy

const readBareKey = (text: string, from: number): { value: string; end: number } | undefined => {
  BARE_KEY.lastIndex = from
  const value = BARE_KEY.exec(text)?.[0]
  return value === undefined ? undefined : { value, end: from + value.length }
}
