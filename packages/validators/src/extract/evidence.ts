import { isQuote, skip, skipBlanks } from './characters.ts'
import type { Reading } from './open.ts'

/** Where the container opens that is all the text, but for a comment or the call or assignment around it. */
export const startOfWhole = (text: string, begin: number): number | undefined => {
  const from = skip(text, begin)
  const around = /^[\w$. ]{1,60}[=(]\s*/.exec(text.slice(from, from + 80))?.[0].length ?? 0
  const at = from + around
  // Models copy the doubled braces of a prompt's template.
  if (text.startsWith('{{', at)) return at + 1
  return text[at] === '{' || text[at] === '[' ? at : undefined
}

/** Is nothing left but punctuation and comments? */
export const isOver = (text: string, from: number): boolean => {
  let i = skip(text, from)
  while (i < text.length && '}]),;'.includes(text[i] as string)) i = skip(text, i + 1)
  return i >= text.length || text.startsWith('```', i)
}

/** In prose, only what begins as JSON begins. */
export const looksLikeJson = (text: string, at: number): boolean => {
  const next = text[skipBlanks(text, at + 1)]
  if (next === undefined) return false
  return (
    isQuote(next) || next === '/' || (text[at] === '[' ? /[{[\d\-tfn\]]/.test(next) : next === '}')
  )
}

/** Does what follows show that the container did not end there? */
export const isTorn = (text: string, { end, isMended }: Reading): boolean => {
  if (/[\w"']/.test(text[end] ?? '')) return true
  const at = skipBlanks(text, end)
  if (isMended) return !isOver(text, end)
  return text[at] === ',' && isQuote(text[skipBlanks(text, at + 1)])
}

/** Is a container in prose meant as JSON? `[1]` is a footnote, `[a](b)` a link, `x[0]` and `{}` are code. */
export const isMeant = (
  text: string,
  start: number,
  { value, end, isBare, isQuoted }: Reading,
): boolean => {
  if (isBare) return false
  if (!Array.isArray(value)) return Object.keys(value as object).length > 0
  if (text[end] === '(' || /[\w\])]/.test(text[start - 1] ?? '')) return false
  const before = text.slice(Math.max(0, start - 20), start).trimEnd()
  const isIntroduced =
    before === '' ||
    /[:=>`]$/.test(before) ||
    /\n[ \t]*$/.test(text.slice(Math.max(0, start - 20), start))
  return (
    isQuoted ||
    value.some((it) => typeof it === 'object' && it !== null) ||
    (isIntroduced && value.length > 0)
  )
}
