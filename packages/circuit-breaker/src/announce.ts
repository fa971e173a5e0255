export type Announce = (tell: () => void) => void

/**
 * Delivers in order what is told while something else is being told: a listener of `circuit:opened` that calls
 * through the breaker must not make others hear of the rejection first (T54).
 */
export const inOrder = (): Announce => {
  const waiting: (() => void)[] = []
  let telling = false
  return (tell) => {
    waiting.push(tell)
    if (telling) return
    telling = true
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next()
    } finally {
      telling = false
    }
  }
}
