/** Models that are asked to go on repeat a sentence at most: more is not looked for. */
const LONGEST = 300
/** Fewer characters agree by chance: `Hel` and `lo` share an l, and neither repeats it. */
const SHORTEST = 10

/** The number of characters at the start of `after` that repeat the end of `before`. */
export const overlapOf = (before: string, after: string): number => {
  for (let size = Math.min(LONGEST, before.length, after.length); size >= SHORTEST; size--)
    if (after.startsWith(before.slice(-size))) return size
  // The model was asked to go on where the words ended, so that it says the white space after them again.
  const white = before.slice(before.trimEnd().length)
  let size = 0
  while (size < white.length && white[size] === after[size]) size++
  return size
}

/** Might `after`, as far as it has come, be the beginning of an overlap that is not complete yet? */
export const mayOverlap = (before: string, after: string): boolean =>
  after.length < LONGEST && before.slice(-LONGEST).includes(after, 0)
