/** What may open a string, and all that may close it: typographic quotes come in any pairing. */
export const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`´',
  '´': '´`',
  '“': '”“"',
  '”': '”“"',
  '„': '”“"',
  '‘': "’‘'",
  '’': "’‘'",
}

export const isQuote = (char: string | undefined): boolean => {
  if (char === '"' || char === "'" || char === '`') return true
  return char !== undefined && char >= '´' && CLOSERS[char] !== undefined
}

/** Also the spaces that JSON does not know: those of typography, the byte order mark, control characters. */
const BLANK = /[\0- \s\u180e\u200b]/

export const skipBlanks = (text: string, from: number): number => {
  let i = from
  while (i < text.length && BLANK.test(text[i] as string)) i++
  return i
}

/** Where the blanks before `to` begin. */
export const blanksBefore = (text: string, to: number): number => {
  let i = to
  while (BLANK.test(text[i - 1] ?? '.')) i--
  return i
}

/** Past blanks and the comments of JavaScript and Python; one that never closes goes to the end. */
export const skip = (text: string, from: number): number => {
  let i = from
  for (;;) {
    i = skipBlanks(text, i)
    // Comments are rare, and this is asked between any two tokens.
    if (!isComment(text, i)) return i
    const isBlock = text[i + 1] === '*' && text[i] === '/'
    const close = isBlock ? text.indexOf('*/', i + 2) : text.indexOf('\n', i)
    if (close < 0) return text.length
    i = close + (isBlock ? 2 : 1)
  }
}

export const isComment = (text: string, at: number): boolean =>
  text[at] === '#' || (text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*'))
