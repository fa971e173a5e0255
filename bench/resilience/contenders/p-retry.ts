import type { Contender } from '../contender.ts'
import { client, open } from './openai.ts'

export const pRetry: Contender = {
  name: 'p-retry',
  about: 'pRetry(…, { retries: 5 }) around the openai SDK as it comes: up to 18 requests',
  load: async () => {
    const [{ OpenAI }, { default: retry }] = await Promise.all([
      import('openai'),
      import('p-retry'),
    ])
    return (means) => {
      const openai = client(OpenAI, means, means.urls.primary)
      return async (question, delivery) => {
        const { signal } = question
        const show = await retry(() => open(openai, question, signal), { retries: 5, signal })
        await show(delivery)
      }
    }
  },
}
