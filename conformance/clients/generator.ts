import { textOfChunk, type ChatChunk } from './chunk.ts'
import { MODELS, type Client } from './client.ts'
import { readEvents } from './sse.ts'

/** A provider of somebody's own: any function that streams. */
export const generator: Client = {
  name: 'async generator',
  protocol: 'chat',
  async *read({ url, prompt, stack }) {
    async function* open(content: string, signal?: AbortSignal): AsyncGenerator<ChatChunk> {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({
          model: MODELS.openai,
          messages: [{ role: 'user', content }],
          stream: true,
        }),
        ...(signal && { signal }),
      })
      yield* readEvents(response) as AsyncGenerator<ChatChunk>
    }
    for await (const chunk of await stack.stream(open)(prompt)) yield { text: textOfChunk(chunk) }
  },
}
