import { listed, type Contender } from '../contender.ts'
import { validated } from '../engine/answer.ts'
import { MODEL } from '../engine/bodies.ts'

export const langchain: Contender = {
  name: 'langchain',
  about: 'ChatOpenAI (timeout 10 s, two retries) with the validation behind it, withFallbacks',
  load: async () => {
    const [{ ChatOpenAI }, { RunnableLambda }] = await Promise.all([
      import('@langchain/openai'),
      import('@langchain/core/runnables'),
    ])
    return (means) => {
      const models = listed(means).map(
        ([, baseURL]) =>
          new ChatOpenAI({
            model: MODEL,
            apiKey: 'sk-bench',
            timeout: 10_000,
            maxRetries: 2,
            configuration: { baseURL, fetch: means.fetch },
          }),
      )
      const check = RunnableLambda.from((message: { readonly text: string }) =>
        validated(message.text),
      )
      const [first, ...others] = models
      const [checkedFirst, ...checkedOthers] = models.map((model) => model.pipe(check))
      const streaming = first!.withFallbacks(others)
      const whole = checkedFirst!.withFallbacks(checkedOthers)

      return async ({ prompt, stream, signal }, delivery) => {
        if (!stream) return delivery.write(await whole.invoke(prompt, { signal }))
        for await (const chunk of await streaming.stream(prompt, { signal }))
          delivery.write(chunk.text)
      }
    }
  },
}
