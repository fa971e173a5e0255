/** Models begin a continuation with some words of what they had said; more than this none repeats. */
const MAX_CHARS = 400
/** A few letters in common are chance. */
const MIN_CHARS = 8

/** How many characters at the start of `next` repeat the end of `said`. */
export const overlapOf = (said: string, next: string): number => {
  const end = said.slice(-MAX_CHARS)
  for (let chars = Math.min(end.length, next.length); chars >= MIN_CHARS; chars--)
    if (end.endsWith(next.slice(0, chars))) return chars
  // A prefill may not end in blanks, so that the model says those again.
  return /\s$/.test(said) ? next.length - next.trimStart().length : 0
}
