import type Anthropic from '@anthropic-ai/sdk'
import { pipeline, timeout, type Context, type Handler } from '@holdfast/core'
import { anthropicMessages } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { notEmpty, notTruncated } from '@holdfast/validators'

// A text that is longer than one answer may be. What was said is paid for once: the model goes on where the token limit
// cut it, and the parts are joined to one answer.

type Ask = Anthropic.MessageCreateParamsNonStreaming

export const longAnswer = (anthropic: Anthropic): Handler<Ask, Anthropic.Message> => {
  const askClaude = (body: Ask, { signal }: Context<Ask>): Promise<Anthropic.Message> =>
    anthropic.messages.create(body, { signal })
  return pipeline(
    askClaude,
    [
      retry({ maxAttempts: 2, baseDelayMs: 200 }),
      notEmpty(),
      notTruncated({ on: 'continue', maxRounds: 5 }),
      timeout({ timeoutMs: 60_000 }),
    ],
    { name: 'story', provider: 'anthropic', dialect: anthropicMessages },
  )
}

/** A short limit, so that the example has to go on several times. */
export const storyRequest = (prompt: string): Ask => ({
  model: 'claude-haiku-4-5',
  max_tokens: 40,
  messages: [{ role: 'user', content: prompt }],
})

export const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('')

/** As many days as you like, each told in words of its own. */
export const storyOf = (days: number): string =>
  Array.from({ length: days }, (_, i) => `On day ${i + 1} we saw ${7 * i} ships come in.`).join(' ')

/** A storyteller that goes on where its last words stopped, and repeats a few of them. */
export const storyteller =
  (story: string) =>
  ({ body }: { readonly body: Readonly<Record<string, unknown>> }): string => {
    const turns = body['messages'] as readonly {
      readonly role: string
      readonly content: unknown
    }[]
    const said = turns
      .filter(({ role }) => role === 'assistant')
      .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)))
      .at(-1)
    if (said === undefined) return story
    const last = said.replace(/^\[\{"type":"text","text":"|"\}\]$/g, '').slice(-30)
    return story.slice(Math.max(0, story.indexOf(last)))
  }

if (import.meta.main) {
  const { startFaultServer } = await import('@holdfast/chaos')
  const { default: Client } = await import('@anthropic-ai/sdk')
  const story = Array.from({ length: 12 }, (_, i) => `On day ${i + 1} the harbour was calm.`).join(
    ' ',
  )
  await using server = await startFaultServer({ phases: [] }, { answer: storyteller(story) })
  const ask = longAnswer(new Client({ apiKey: 'none', baseURL: server.url, maxRetries: 0 }))
  ask.events.on('truncation:continued', ({ round }) => console.log(`goes on (${round})`))
  const { response, report } = await ask.withReport(storyRequest('Tell me a story.'))
  console.log(textOf(response))
  console.log(`${(await report).attempts.length} requests, tokens:`, (await report).totalUsage)
}
