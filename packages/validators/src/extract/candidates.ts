import { NOTHING, valueOfWord } from './bare.ts'
import { isQuote, skip } from './characters.ts'
import { readContainer } from './read-container.ts'
import { Search } from './search.ts'
import { readSum } from './string.ts'

/** A value that may be the answer. */
export interface Candidate {
  readonly value: unknown
  /** 2: fenced, or all there is; 1: stands in prose; 0: stands in prose and may be no JSON at all. */
  readonly rank: 0 | 1 | 2
  /** As it stood in the text. */
  readonly text: string
}

/** Why there is no value: nothing like JSON, cut before its end, or not to be read without guessing. */
export type NoJsonReason = 'no-json' | 'truncated' | 'broken'

export interface Candidates {
  /** The best first. */
  readonly found: readonly Candidate[]
  /** Why there is none, if there is none. */
  readonly reason: NoJsonReason
}

const only = (value: unknown, text: string): Candidates => ({
  found: [{ value, text, rank: 2 }],
  reason: 'no-json',
})
const none = (reason: NoJsonReason): Candidates => ({ found: [], reason })

/** All values that the answer may be. Linear in the length of the text, whatever the text. */
export const candidatesIn = (text: string, allowPartial: boolean): Candidates => {
  // Trimmed for the byte order mark, which JSON.parse refuses.
  const trimmed = text.trim()
  const whole = isEnclosed(trimmed) ? parse(trimmed) : undefined
  if (whole !== undefined) {
    const { found, reason } = only(whole, trimmed)
    return { found: typeof whole === 'string' ? [...found, ...within(whole)] : found, reason }
  }
  const spoken = afterThoughts(text.trimStart())
  if (spoken === undefined) return none('truncated')
  if (spoken.length < text.trimStart().length) return candidatesIn(spoken, allowPartial)
  // A whole document with its quotes escaped is what is left of a string that lost its own.
  const escaped = /^(?:[{[]\s*\\|\\")/.test(spoken) ? withoutEscapes(spoken.trim()) : undefined
  if (escaped !== undefined) return candidatesIn(escaped, allowPartial)
  const scalar = scalarOf(spoken, allowPartial)
  if (scalar !== NOTHING) return only(scalar, spoken)
  const { found, reason } = new Search(spoken, allowPartial).run()
  // Of two alike the later: models correct themselves.
  return {
    found: found.toReversed().toSorted((a, b) => b.rank - a.rank || b.text.length - a.text.length),
    reason,
  }
}

/**
 * Spares the parser what cannot be JSON: for a megabyte of opening brackets it takes long, and each of its errors costs
 * more than reading a short text.
 */
const isEnclosed = (text: string): boolean => {
  const last = text.at(-1)
  if (text[0] === '{') return last === '}'
  if (text[0] === '[') return last === ']'
  return /^["\-\dtfn]/.test(text)
}

/** JSON in a JSON string, as models send it when they encode twice: only a schema can tell that it is meant. */
const within = (encoded: string): Candidate[] =>
  candidatesIn(encoded, false).found.map(({ value, text }) => ({ value, text, rank: 0 }))

/** What a text is whose quotes are escaped; where that is no string, as some escape the inner quotes but once more. */
const withoutEscapes = (text: string): string | undefined => {
  const inner = parse(`"${text}"`)
  if (typeof inner === 'string') return inner
  const plain = text.replaceAll(/\\(["\\])/g, '$1')
  return parse(plain) === undefined ? undefined : plain
}

/** No JSON text stands for undefined, so that it can say "none". The SyntaxError quotes the text: not kept. */
export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const THOUGHTS_END = /<\/(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad)>/gi
const THOUGHTS_START = /^<(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad)>/i

/** The text after a model's thoughts: their drafts are no answer. Undefined when they never end. */
const afterThoughts = (text: string): string | undefined => {
  let end = 0
  for (const tag of text.matchAll(THOUGHTS_END)) end = tag.index + tag[0].length
  if (end === 0 && THOUGHTS_START.test(text)) return undefined
  return text.slice(end).trimStart()
}

/** A call with one value, as of JSONP or a shell's constructors. */
const CALL = /^[a-z_$][\w$.]{0,60}\(([^()]{1,200})\);?\s*$/i

/** A text that is one string in quotes, a tuple, or the beginning of a JSON scalar. Never a word: that would be prose. */
const scalarOf = (text: string, allowPartial: boolean): unknown => {
  const wrapped = parse(CALL.exec(text)?.[1] ?? '')
  if (wrapped !== undefined) return wrapped
  if (text[0] === '(') {
    const tuple = text.endsWith(')') ? readContainer(text, 0) : undefined
    return tuple?.end === text.length && !tuple.isBare ? tuple.value : NOTHING
  }
  if (isQuote(text[0]) && text[0] !== '`') {
    const found = readSum(text, 0, 'item')
    if (found === undefined || found.hasInner || skip(text, found.end) < text.length) return NOTHING
    return !found.isCut || (allowPartial && text[0] === '"' && found.value !== '')
      ? found.value
      : NOTHING
  }
  const isBeginning = allowPartial && /^(?:-?\d[\d.]*(?:[eE][+-]?)?|[tfn][a-z]{0,3})$/.test(text)
  const value = isBeginning ? valueOfWord(text, true) : NOTHING
  return typeof value === 'string' ? NOTHING : value
}
