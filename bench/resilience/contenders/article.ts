import { listed, type Contender } from '../contender.ts'
import { client, open, type Show } from './openai.ts'

const ATTEMPTS = 4
const BASE_DELAY_MS = 1_000
const TIMEOUT_MS = 10_000
const THRESHOLD = 5
const RESET_MS = 30_000

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The breaker that every article has. */
class CircuitBreaker {
  private failures = 0
  private openedAt = 0

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.failures >= THRESHOLD && Date.now() - this.openedAt < RESET_MS)
      throw new Error('Circuit is open')
    try {
      const result = await call()
      this.failures = 0
      return result
    } catch (error) {
      this.failures++
      this.openedAt = Date.now()
      throw error
    }
  }
}

/** Exponential backoff with jitter, as every article has it. */
const withRetry = async <T>(call: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++)
    try {
      return await call()
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      await sleep(BASE_DELAY_MS * 2 ** (attempt - 1) + Math.random() * BASE_DELAY_MS)
    }
}

/** What the articles on resilient model calls teach: for each provider breaker over retries over a timeout. */
export const article: Contender = {
  name: 'article',
  about:
    'hand-written: breaker (5 in a row, 30 s) over 4 attempts with backoff and jitter over 10 s',
  load: async () => {
    const { OpenAI } = await import('openai')
    return (means) => {
      const providers = listed(means).map(([, url]) => ({
        openai: client(OpenAI, means, url, { maxRetries: 0, timeout: TIMEOUT_MS }),
        breaker: new CircuitBreaker(),
      }))
      return async (question, delivery) => {
        const { signal } = question
        let show: Show | undefined
        let failure: unknown
        for (const { openai, breaker } of providers) {
          try {
            show = await breaker.run(() => withRetry(() => open(openai, question, signal)))
            break
          } catch (error) {
            failure = error
          }
        }
        if (show === undefined) throw failure
        await show(delivery)
      }
    }
  },
}
