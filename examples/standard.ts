import type Anthropic from '@anthropic-ai/sdk'
import {
  anthropicMessages,
  openAIChat,
  doctor,
  standard,
  type Answer,
  type Context,
  type Handler,
  type Target,
} from 'holdfast'
import type OpenAI from 'openai'

// What a route needs to hold, in one call: every policy is in its place, with the defaults that the benchmark runs with.

interface Question {
  readonly prompt: string
  readonly tenant: string
}
/** What both wires say, read into the same words: that an answer was cut or refused is seen whoever gave it. */
interface Reply extends Answer {
  readonly by: string
}

/** An answer of which nothing is known but its text. */
const NOTHING = {
  finish: 'stop',
  tools: [],
  usage: { inputTokens: 0, outputTokens: 0, source: 'none' },
} as const

/** A route of an app: two providers, each reached by its own SDK, whose own retries are off. */
export const chatRoute = (clients: {
  readonly openai: OpenAI
  readonly anthropic: Anthropic
}): Handler<Question, Reply> => {
  const gpt: Target<Question, Reply> = {
    id: 'gpt',
    provider: 'openai',
    price: { inputPerMillion: 0.15, outputPerMillion: 0.6 },
    async call({ prompt }, { signal }) {
      const answer = await clients.openai.chat.completions.create(
        { model: 'gpt-5-mini', messages: [{ role: 'user', content: prompt }] },
        { signal },
      )
      return { ...openAIChat.read(answer), by: 'gpt' }
    },
  }
  const claude: Target<Question, Reply> = {
    id: 'claude',
    provider: 'anthropic',
    price: { inputPerMillion: 1, outputPerMillion: 5 },
    async call({ prompt }, { signal }) {
      const answer = await clients.anthropic.messages.create(
        {
          model: 'claude-haiku-4-5',
          max_tokens: 500,
          messages: [{ role: 'user', content: prompt }],
        },
        { signal },
      )
      return { ...anthropicMessages.read(answer), by: 'claude' }
    },
  }
  return standard<Question, Reply>({
    name: 'chat',
    targets: [gpt, claude],
    deadlineMs: 30_000,
    cache: {
      scope: (ctx: Context<Question>) => ctx.request.tenant,
      ttlMs: 600_000,
      mode: 'stale-if-error',
      staleTtlMs: 86_400_000,
    },
    degrade: () => ({
      ...NOTHING,
      text: 'I cannot answer right now. Please try again in a few minutes.',
      by: 'nobody',
    }),
    providerRetries: 0,
  })
}

/** What is still to be decided or mended, before the first user finds out. */
export const examine = (route: Handler<Question, Reply>, sdkRetries: number): string[] =>
  doctor(route, { sdkRetries }).map(({ severity, message }) => `${severity}: ${message}`)
