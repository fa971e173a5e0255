import OpenAI7 from 'openai'
import OpenAI6 from 'openai6'

import { textOfChunk } from './chunk.ts'
import { MODELS, sdkOptions, type Ask, type Client } from './client.ts'

/** Both generations are alike as far as this goes. */
const clientOf = (OpenAI: typeof OpenAI7 | typeof OpenAI6, ask: Ask): OpenAI7 =>
  new OpenAI({ ...sdkOptions(ask), baseURL: `${ask.url}/v1` }) as OpenAI7

const both = (version: number, OpenAI: typeof OpenAI7 | typeof OpenAI6): readonly Client[] => [
  {
    name: `openai ${version} chat`,
    protocol: 'chat',
    async *read(ask) {
      const stream = await clientOf(OpenAI, ask).chat.completions.create({
        model: MODELS.openai,
        messages: [{ role: 'user', content: ask.prompt }],
        stream: true,
        stream_options: { include_usage: true },
      })
      for await (const chunk of stream) yield { text: textOfChunk(chunk) }
    },
  },
  {
    name: `openai ${version} responses`,
    protocol: 'responses',
    async *read(ask) {
      const stream = await clientOf(OpenAI, ask).responses.create({
        model: MODELS.openai,
        input: ask.prompt,
        stream: true,
      })
      for await (const event of stream)
        if (
          event.type === 'response.output_text.delta' ||
          event.type === 'response.function_call_arguments.delta'
        )
          yield { text: event.delta }
    },
  },
]

/** OpenAI's SDK: Chat Completions and Responses, two generations. */
export const openai: readonly Client[] = [...both(7, OpenAI7), ...both(6, OpenAI6)]
