import Groq from 'groq-sdk'

import { textOfChunk } from './chunk.ts'
import { MODELS, sdkOptions, type Client } from './client.ts'

/** Groq's SDK, which speaks Chat Completions. */
export const groq: Client = {
  name: 'groq-sdk',
  protocol: 'chat',
  async *read(ask) {
    const stream = await new Groq({ ...sdkOptions(ask), baseURL: ask.url }).chat.completions.create(
      {
        model: MODELS.openai,
        messages: [{ role: 'user', content: ask.prompt }],
        stream: true,
      },
    )
    for await (const chunk of stream) yield { text: textOfChunk(chunk) }
  },
}
