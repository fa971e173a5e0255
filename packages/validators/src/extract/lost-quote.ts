import { blanksBefore, CLOSERS } from './characters.ts'
import { meantBy } from './escapes.ts'
import { isItem, isMember } from './follows.ts'
import type { ReadString } from './string.ts'

/** What closes the containers that are open, the innermost last. */
export type Closers = readonly { readonly closer: string }[]

const FENCE = '```'

/**
 * The string at `open` whose closing quote is missing, if there is one place alone where that can have stood: before the
 * comma and the next key or item, or before the brackets that close all there is. Brackets in between close what they fit.
 */
export const readUnclosed = (
  text: string,
  open: number,
  closers: Closers,
): ReadString | undefined => {
  const next = endOfReach(text, open)
  const isLast = next === text.length || text.startsWith(FENCE, next)
  let end = blanksBefore(text, next)
  const isInObject = !isLast && text[end - 1] === '{'
  if (isInObject) end = blanksBefore(text, end - 1)
  const gap = text.slice(end, next)
  if (!isLast && text[--end] !== ',') return undefined
  end = blanksBefore(text, end)
  const last = end
  while (/[}\]]/.test(text[end - 1] ?? '')) end = blanksBefore(text, end - 1)
  const brackets = text.slice(end, last).replace(/\s/g, '')
  const depth = closers.length - brackets.length
  const fitting = closers.slice(Math.max(0, depth)).map(({ closer }) => closer)
  if (brackets !== fitting.toReversed().join('')) return undefined

  const raw = text.slice(open + 1, end)
  if (!isPlausible(raw, closers.at(-1)?.closer !== '}', brackets !== '')) return undefined
  const around = closers[depth - 1]?.closer
  if (
    isLast ? around !== undefined || brackets === '' : !isNext(text, next, around, gap, isInObject)
  )
    return undefined
  return { value: meantBy(raw), end, isUnclosed: true }
}

/** Where the string must have ended before: at the next quote, the fence's end, the text's. */
const endOfReach = (text: string, open: number): number => {
  const quotes = CLOSERS[text[open] ?? ''] ?? ''
  let i = open + 1
  for (; i < text.length; i++) {
    const char = text[i] as string
    if (char === '\\') i++
    else if (quotes.includes(char) || (char === '`' && text.startsWith(FENCE, i))) break
  }
  return Math.min(i, text.length)
}

/** A comma in a list may as well part two items, a key belong to the next member, a bracket in the string close here. */
const isPlausible = (raw: string, isInList: boolean, hasBrackets: boolean): boolean =>
  raw.trim() !== '' &&
  !/[,:+]$|,\s*\w+\s*:/.test(raw) &&
  !(isInList && raw.includes(',')) &&
  !(hasBrackets && /[{}[\]]/.test(raw))

/** Does the next member or item of the container stand at `next`, or the next object of a list around it? */
const isNext = (
  text: string,
  next: number,
  around: string | undefined,
  gap: string,
  isInObject: boolean,
): boolean => {
  if (around === '}') return !isInObject && isMember(text, next)
  if (around !== ']') return false
  return isInObject
    ? isMember(text, next)
    : (gap === '' || gap.includes('\n')) && isItem(text, next)
}
