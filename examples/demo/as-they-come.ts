import OpenAI from 'openai'

import { GPT, Invoice, type App, type Places } from './app.ts'

/** The SDK as it comes: two retries of its own, a timeout of ten minutes, one provider, no questions asked. */
export const asTheyCome = ({ openai }: Places): App => {
  const client = new OpenAI(openai)

  const ask = async (prompt: string, signal: AbortSignal): Promise<string> => {
    const completion = await client.chat.completions.create(
      { model: GPT, messages: [{ role: 'user', content: prompt }] },
      { signal },
    )
    return completion.choices[0]?.message.content ?? ''
  }

  const stream = async (prompt: string, signal: AbortSignal): Promise<string> => {
    const chunks = await client.chat.completions.create(
      { model: GPT, stream: true, messages: [{ role: 'user', content: prompt }] },
      { signal },
    )
    let page = ''
    for await (const chunk of chunks) page += chunk.choices[0]?.delta.content ?? ''
    return page
  }

  return {
    stream: async (prompt, signal) => ({ answer: await stream(prompt, signal) }),
    chat: async (prompt, signal) => ({ answer: await ask(prompt, signal) }),
    faq: async (prompt, signal) => ({ answer: await ask(prompt, signal) }),
    extract: async (prompt, signal) => ({
      answer: Invoice.parse(JSON.parse(await ask(prompt, signal))),
    }),
  }
}
