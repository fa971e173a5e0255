import { listed, type Contender } from '../contender.ts'
import { client, open } from './openai.ts'

/** Assembled by hand; the best of what its README offers for two providers. */
export const cockatiel: Contender = {
  name: 'cockatiel',
  about:
    'per provider a breaker (5 in a row, 10 s) around a timeout of 10 s; three attempts, in turn at each provider',
  load: async () => {
    const [{ OpenAI }, lib] = await Promise.all([import('openai'), import('cockatiel')])
    const { circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleAll } = lib
    const { retry, timeout, TimeoutStrategy, wrap } = lib
    return (means) => {
      const providers = listed(means).map(([, url]) => ({
        openai: client(OpenAI, means, url, { maxRetries: 0 }),
        policy: wrap(
          circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) }),
          // By default it aborts the signal when the function returns, and with it a stream that has only begun.
          timeout(10_000, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }),
        ),
      }))
      const again = retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() })
      return async (question, delivery) => {
        const show = await again.execute(({ attempt }) => {
          const { openai, policy } = providers[attempt % providers.length]!
          return policy.execute(({ signal }) => open(openai, question, signal), question.signal)
        }, question.signal)
        await show(delivery)
      }
    }
  },
}
