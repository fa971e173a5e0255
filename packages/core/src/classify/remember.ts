/**
 * Failures look alike, so what a word means is worked out once.
 *
 * Bounded, since bodies come from strangers: no more than 200 words, and none of them long.
 */
export const remember = <Read>(read: (word: string) => Read): ((word: string) => Read) => {
  const known = new Map<string, Read>()
  return (word) => {
    const before = known.get(word)
    if (before !== undefined || known.has(word)) return before as Read
    const now = read(word)
    if (known.size > 200) known.clear()
    if (word.length < 100) known.set(word, now)
    return now
  }
}

/** The same for sentences, of which an outage says few and says them often: the last sixteen are kept. */
export const lately = <Read>(read: (text: string) => Read): ((text: string) => Read) => {
  const texts: string[] = []
  const found: Read[] = []
  let next = 0
  return (text) => {
    const at = texts.indexOf(text)
    if (at >= 0) return found[at] as Read
    const now = read(text)
    texts[next] = text
    found[next] = now
    next = (next + 1) % 16
    return now
  }
}
