import type { OpenAI } from 'openai'

import type { Contender, Delivery, Means, Question } from '../contender.ts'
import { validated } from '../engine/answer.ts'
import { MODEL } from '../engine/bodies.ts'

interface ClientOptions {
  readonly maxRetries?: number
  readonly timeout?: number
}

/** A client of one of the providers. */
export const client = (
  SDK: typeof OpenAI,
  { fetch }: Means,
  baseURL: string,
  options: ClientOptions = {},
): OpenAI => new SDK({ apiKey: 'sk-bench', baseURL, fetch, ...options })

/** Shows an answer that has begun. */
export type Show = (delivery: Delivery) => Promise<void>

/**
 * One question by the openai SDK, as its README does it, in the two steps that a policy can stand between: until the
 * answer has begun, and while it is shown. Whole answers are validated by the application, in the first step.
 */
export const open = async (
  openai: OpenAI,
  { prompt, stream }: Question,
  signal: AbortSignal,
): Promise<Show> => {
  const body = { model: MODEL, messages: [{ role: 'user' as const, content: prompt }] }
  if (!stream) {
    const { choices } = await openai.chat.completions.create(body, { signal })
    const answer = validated(choices[0]?.message.content ?? '')
    return (delivery) => Promise.resolve(delivery.write(answer))
  }
  const chunks = await openai.chat.completions.create({ ...body, stream: true }, { signal })
  return async (delivery) => {
    for await (const chunk of chunks) delivery.write(chunk.choices[0]?.delta.content ?? '')
  }
}

const alone = (name: string, about: string, options?: ClientOptions): Contender => ({
  name,
  about,
  load: async () => {
    const { OpenAI } = await import('openai')
    return (means) => {
      const openai = client(OpenAI, means, means.urls.primary, options)
      return async (question, delivery) => {
        const show = await open(openai, question, question.signal)
        await show(delivery)
      }
    }
  },
})

export const noRetry: Contender = alone('no-retry', 'openai SDK, maxRetries: 0', { maxRetries: 0 })
export const openai: Contender = alone('openai', 'openai SDK as it comes: two retries')
