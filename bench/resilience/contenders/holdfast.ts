import { listed, type Ask, type Contender, type Delivery, type Means } from '../contender.ts'
import { PROOF } from '../engine/answer.ts'
import { MODEL } from '../engine/bodies.ts'
import { client } from './openai.ts'

/** How long answers stay fresh and how old they may get: product decisions, so no default could be measured. */
const CACHE = {
  scope: 'shared',
  ttlMs: 10000,
  mode: 'stale-if-error',
  staleTtlMs: 600_000,
} as const

/** What each chunk of the SDK's streams brings. */
interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[]
}

/** One route for every incident, all else by default. */
const load = async (): Promise<(means: Means) => Ask> => {
  const [{ OpenAI }, { standard, isSeam, liveOf, openAIChat }, { streaming }] = await Promise.all([
    import('openai'),
    import('holdfast'),
    import('@holdfast/core/stream'),
  ])

  interface Body {
    readonly messages: { readonly role: 'user'; readonly content: string }[]
    readonly stream: boolean
  }

  return (means) => {
    const targets = listed(means).map(([id, url]) => {
      const openai = client(OpenAI, means, url, { maxRetries: 0 })
      const whole = async ({ messages }: Body, { signal }: { readonly signal: AbortSignal }) => {
        const { data, response } = await openai.chat.completions
          .create({ model: MODEL, messages }, { signal })
          .withResponse()
        // What the provider says of its limits is read from here.
        return Object.defineProperty(data, 'headers', { value: response.headers })
      }
      const live = streaming(({ messages }: Body, { signal }) =>
        openai.chat.completions.create({ model: MODEL, messages, stream: true }, { signal }),
      )
      const call = (body: Body, ctx: Parameters<typeof live>[1]): Promise<object> =>
        body.stream ? live(body, ctx) : whole(body, ctx)
      return { id, provider: id, model: MODEL, call }
    })
    const chat = standard({
      targets,
      deadlineMs: means.deadlineMs,
      schema: PROOF,
      cache: CACHE,
      interrupt: 'restart',
    })

    return async ({ prompt, stream }, delivery) => {
      const body: Body = { messages: [{ role: 'user', content: prompt }], stream }
      const { response, report } = await chat.withReport(body)
      const chunks = liveOf(response)
      if (chunks === undefined) delivery.write(openAIChat.read(response as never).text)
      else await show(chunks.withSeams(), delivery)
      const { cache } = await report
      if (cache?.status === 'stale') delivery.stale()
    }

    async function show(chunks: AsyncIterable<unknown>, delivery: Delivery): Promise<void> {
      for await (const chunk of chunks) {
        if (isSeam(chunk)) delivery.reset()
        else delivery.write((chunk as Chunk).choices[0]?.delta.content ?? '')
      }
    }
  }
}

export const holdfast: Contender = {
  name: 'holdfast',
  about:
    'standard({ targets, deadlineMs, schema, cache, interrupt: "restart" }), all else by default',
  load,
}
