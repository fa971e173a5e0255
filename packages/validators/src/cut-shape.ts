import type { Answer } from '@holdfast/core'

/** What shows that an answer was cut, and how sure it is. */
export interface Truncation {
  readonly by: 'finish-reason' | 'open-fence' | 'open-bracket' | 'cut-word'
  /** 0..1 */
  readonly confidence: number
}

const FINISH: Truncation = { by: 'finish-reason', confidence: 1 }
const OPEN_FENCE: Truncation = { by: 'open-fence', confidence: 0.85 }
const OPEN_BRACKET: Truncation = { by: 'open-bracket', confidence: 0.9 }
const CUT_WORD: Truncation = { by: 'cut-word', confidence: 0.5 }
/** A short line needs no full stop. */
const MIN_PROSE_CHARS = 200

/** Was this answer cut? The finish reason is asked first, then the shape of the text; undefined when nothing shows it. */
export const truncationOf = ({ finish, text, tools }: Answer): Truncation | undefined => {
  if (finish === 'length') return FINISH
  // A tool call ends where it ends; what a filter, a refusal or an error stopped is no matter of length.
  if ((finish !== 'stop' && finish !== 'unknown') || tools.length > 0) return undefined
  const end = text.trimEnd()
  // What closes on its own line is no block.
  if ((end.match(/^ {0,3}```(?!.*```)/gm)?.length ?? 0) % 2 === 1) return OPEN_FENCE
  const first = end.trimStart()[0]
  if (first === '{' || first === '[') return isOpen(end) ? OPEN_BRACKET : undefined
  // Titles, lists and code end without a stop; a sentence that was going on ends in a small word or a comma.
  const isProse = end.length > MIN_PROSE_CHARS && /[.!?] /.test(end)
  return isProse &&
    /(?:[,;:(-]|\s(?:the|an?|and|or|of|to|in|with|der|die|und|el|la|de|y))$/.test(end)
    ? CUT_WORD
    : undefined
}

/** Does the document that a text begins with not come to its end? Brackets in strings do not count, nor what follows. */
const isOpen = (text: string): boolean => {
  let depth = 0
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '\\') i++
    else if (char === '"') isString = !isString
    else if (isString) continue
    else if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth === 0) return false
  }
  return true
}
