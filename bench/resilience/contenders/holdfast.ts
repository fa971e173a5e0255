import { listed, type Ask, type Contender, type Means } from '../contender.ts'
import { PROOF } from '../engine/answer.ts'
import { MODEL } from '../engine/bodies.ts'
import { client } from './openai.ts'

/**
 * Not yet `standard()`: the policies that exist, each with its defaults, as a reader of their READMEs would list them.
 * The imports are in here so that a contender that does not load does not take the others with it.
 */
const load = async (): Promise<(means: Means) => Ask> => {
  const [{ OpenAI }, core, { streaming }, { openAIChat }, { retry }] = await Promise.all([
    import('openai'),
    import('@holdfast/core'),
    import('@holdfast/core/stream'),
    import('@holdfast/providers'),
    import('@holdfast/retry'),
  ])
  const [{ fallback }, { circuitBreaker }, { json }, { interrupt }] = await Promise.all([
    import('@holdfast/fallback'),
    import('@holdfast/circuit-breaker'),
    import('@holdfast/validators'),
    import('@holdfast/interrupt'),
  ])
  const { deadline, isSeam, liveOf, pipeline, timeout } = core

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
        // What is learned of the provider's limits is learned from here.
        return Object.defineProperty(data, 'headers', { value: response.headers })
      }
      const live = streaming(({ messages }: Body, { signal }) =>
        openai.chat.completions.create({ model: MODEL, messages, stream: true }, { signal }),
      )
      return {
        id,
        provider: id,
        call: (body: Body, ctx: Parameters<typeof live>[1]): Promise<object> =>
          body.stream ? live(body, ctx) : whole(body, ctx),
      }
    })
    const chat = pipeline(
      targets[0]!.call,
      [
        deadline({ timeoutMs: means.deadlineMs }),
        interrupt('restart'),
        fallback(targets),
        retry(),
        json(PROOF),
        circuitBreaker(),
        timeout({ timeoutMs: 10_000 }),
      ],
      { name: 'bench', dialect: openAIChat, providerRetries: 0 },
    )
    return async ({ prompt, stream }, delivery) => {
      const answer = await chat({ messages: [{ role: 'user', content: prompt }], stream })
      const chunks = liveOf(answer)
      if (chunks === undefined) return delivery.write(openAIChat.read(answer as never).text)
      for await (const chunk of chunks.withSeams()) {
        if (isSeam(chunk)) delivery.reset()
        else delivery.write((chunk as Chunk).choices[0]?.delta.content ?? '')
      }
    }
  }
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[]
}

export const holdfast: Contender = {
  name: 'holdfast',
  about: 'the policies that exist, with their defaults; not yet standard()',
  load,
}
