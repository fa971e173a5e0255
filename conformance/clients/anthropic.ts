import Anthropic, { type Middleware } from '@anthropic-ai/sdk'

import { MODELS, sdkOptions, type Ask, type Client, type Delta } from './client.ts'

async function* read(ask: Ask, client: Anthropic): AsyncGenerator<Delta> {
  const stream = await client.messages.create({
    model: MODELS.anthropic,
    max_tokens: 1024,
    messages: [{ role: 'user', content: ask.prompt }],
    stream: true,
  })
  for await (const event of stream) {
    if (event.type !== 'content_block_delta') continue
    if (event.delta.type === 'text_delta') yield { text: event.delta.text }
    if (event.delta.type === 'input_json_delta') yield { text: event.delta.partial_json }
  }
}

/** Anthropic's SDK: given a `fetch`, and given a middleware. */
export const anthropic: readonly Client[] = [
  {
    name: 'anthropic, fetch',
    protocol: 'messages',
    read: (ask) => read(ask, new Anthropic({ ...sdkOptions(ask), baseURL: ask.url })),
  },
  {
    name: 'anthropic, middleware',
    protocol: 'messages',
    read: (ask) => {
      const { fetch: _fetch, ...options } = sdkOptions(ask)
      const middleware: Middleware[] = [...ask.stack.middleware]
      return read(ask, new Anthropic({ ...options, baseURL: ask.url, middleware }))
    },
  },
]
