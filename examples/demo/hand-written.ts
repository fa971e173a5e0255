import { setTimeout as sleep } from 'node:timers/promises'

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'

import { CLAUDE, GPT, Invoice, type App, type Places } from './app.ts'
import { seconds } from './day.ts'

const TRIES = 3

/** The loop that everybody writes: three tries, twice the sleep each time. */
const withRetry = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (let n = 1; ; n++) {
    try {
      return await attempt()
    } catch (error) {
      if (n === TRIES) throw error
      await sleep(seconds(1) * 2 ** (n - 1))
    }
  }
}

/**
 * The usual loop in the hands of somebody careful: the SDKs' retries are off, there is a timeout, the JSON is checked
 * inside the loop, and when one provider is given up the other one is tried.
 */
export const handWritten = ({ openai, anthropic }: Places): App => {
  const options = { maxRetries: 0, timeout: seconds(10) }
  const gpt = new OpenAI({ ...openai, ...options })
  const claude = new Anthropic({ ...anthropic, ...options })

  const askGpt = async (prompt: string, signal: AbortSignal): Promise<string> => {
    const completion = await gpt.chat.completions.create(
      { model: GPT, messages: [{ role: 'user', content: prompt }] },
      { signal },
    )
    return completion.choices[0]?.message.content ?? ''
  }
  const askClaude = async (prompt: string, signal: AbortSignal): Promise<string> => {
    const message = await claude.messages.create(
      { model: CLAUDE, max_tokens: 1024, messages: [{ role: 'user', content: prompt }] },
      { signal },
    )
    return message.content[0]?.type === 'text' ? message.content[0].text : ''
  }

  // A careful page: each try begins on an empty one.
  const streamGpt = async (prompt: string, signal: AbortSignal): Promise<string> => {
    const chunks = await gpt.chat.completions.create(
      { model: GPT, stream: true, messages: [{ role: 'user', content: prompt }] },
      { signal },
    )
    let page = ''
    for await (const chunk of chunks) page += chunk.choices[0]?.delta.content ?? ''
    return page
  }
  const streamClaude = async (prompt: string, signal: AbortSignal): Promise<string> => {
    const chunks = await claude.messages.create(
      {
        model: CLAUDE,
        max_tokens: 1024,
        stream: true,
        messages: [{ role: 'user', content: prompt }],
      },
      { signal },
    )
    let page = ''
    for await (const chunk of chunks)
      if (chunk.type === 'content_block_delta' && chunk.delta.type === 'text_delta')
        page += chunk.delta.text
    return page
  }

  const ask = async <T>(
    prompt: string,
    signal: AbortSignal,
    parse: (text: string) => T,
    [first, second] = [askGpt, askClaude],
  ): Promise<T> => {
    try {
      return await withRetry(async () => parse(await first(prompt, signal)))
    } catch {
      return withRetry(async () => parse(await second(prompt, signal)))
    }
  }
  const text = (answer: string): string => answer
  const invoice = (answer: string): Invoice => Invoice.parse(JSON.parse(answer))

  return {
    chat: async (prompt, signal) => ({ answer: await ask(prompt, signal, text) }),
    stream: async (prompt, signal) => ({
      answer: await ask(prompt, signal, text, [streamGpt, streamClaude]),
    }),
    faq: async (prompt, signal) => ({ answer: await ask(prompt, signal, text) }),
    extract: async (prompt, signal) => ({ answer: await ask(prompt, signal, invoice) }),
  }
}
