/**
 * Delivers in order what is told while something else is being told: a listener of `circuit:opened` that calls
 * through the breaker must not make others hear of the rejection first (T54).
 */
export const inOrder = (): ((tell: () => void) => void) => {
  const waiting: (() => void)[] = []
  let telling = false
  return (tell) => {
    if (telling) {
      waiting.push(tell)
      return
    }
    telling = true
    try {
      for (let next: typeof tell | undefined = tell; next !== undefined; next = waiting.shift())
        next()
    } finally {
      telling = false
    }
  }
}
