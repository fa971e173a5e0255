const FENCE = '```'
const THOUGHTS_END = '</think>'

// Characters by their codes: comparing numbers takes a third of the time on a long text.
const LINE_FEED = 10
const QUOTE = 34
const BRACKET = 91
const BACKSLASH = 92
const BRACE = 123
/** From '{' to '}', and from '[' to ']'. */
const TO_CLOSER = 2

/**
 * The JSON value in what a model wrote, or undefined when there is none. Nothing is repaired.
 *
 * The whole text if it is JSON; else the longest fenced block; else the longest outermost `{…}` or `[…]` in the prose.
 * Linear in the length of the text, whatever the text.
 */
export const findJson = (text: string): unknown => {
  // `trim` for the byte order mark, which JSON.parse refuses.
  const whole = parse(text.trim())
  if (whole !== undefined) return whole
  // Drafts in a model's thoughts are not its answer.
  const thoughts = text.lastIndexOf(THOUGHTS_END)
  const spoken = thoughts < 0 ? text : text.slice(thoughts + THOUGHTS_END.length)
  const block = parse(fenced(spoken))
  return block === undefined ? parse(outermost(spoken)) : block
}

/** No JSON text stands for undefined, so that it can say "none". */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // The SyntaxError quotes the text, so it is not kept.
    return undefined
  }
}

/** The longest block fenced as JSON or as nothing; '' when there is none. */
const fenced = (text: string): string => {
  let longest = ''
  let open = text.indexOf(FENCE)
  while (open >= 0) {
    const start = text.indexOf('\n', open)
    // Backticks within a JSON string never begin a line: there a line break is written `\n`.
    const end = start < 0 ? -1 : text.indexOf(`\n${FENCE}`, start)
    if (end < 0) break
    const language = text.slice(open + FENCE.length, start).trim()
    if (/^(json)?$/i.test(language) && end - start > longest.length)
      longest = text.slice(start, end)
    open = text.indexOf(FENCE, end + 1 + FENCE.length)
  }
  return longest
}

/**
 * The longest balanced container that stands in no other; '' when there is none. Of two of the same length the later.
 *
 * Anything broken ends the search: what is whole inside a broken or unclosed container is a fragment of the answer,
 * and a fragment that happens to fit the schema would be wrong in silence.
 */
const outermost = (text: string): string => {
  /** The closing brackets that are awaited, the nearest last. */
  const closers: number[] = []
  let start = 0
  let longest = ''
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === BRACE || char === BRACKET) {
      if (closers.length === 0) start = i
      closers.push(char + TO_CLOSER)
    } else if (closers.length === 0) continue
    else if (char === QUOTE) i = endOfString(text, i)
    else if (char === BRACE + TO_CLOSER || char === BRACKET + TO_CLOSER) {
      if (closers.pop() !== char) return ''
      if (closers.length === 0 && i + 1 - start >= longest.length)
        longest = text.slice(start, i + 1)
    }
  }
  return closers.length === 0 ? longest : ''
}

/** Where the string that opens at `open` closes; the text's end when it does not. */
const endOfString = (text: string, open: number): number => {
  for (let i = open + 1; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === QUOTE) return i
    if (char === BACKSLASH) i++
    else if (char === LINE_FEED) break
  }
  return text.length
}
