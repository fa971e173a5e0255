import Anthropic from '@anthropic-ai/sdk'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import {
  deadline,
  isSeam,
  pipeline,
  timeout,
  type AnswerStream,
  type Handler,
} from '@holdfast/core'
import { streaming, StreamInterruptedError } from '@holdfast/core/stream'
import { fallback } from '@holdfast/fallback'
import { interrupt } from '@holdfast/interrupt'
import { userMessage } from '@holdfast/monitor'
import { auto } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import OpenAI from 'openai'
import { z } from 'zod'

import type { Clients } from './server.ts'

// A chat that streams to the browser. Before the first word a failure is mended unseen. After it the page is told to
// forget what it has shown, and a new answer follows; what breaks for good is an error that the page can show.

interface Ask {
  readonly prompt: string
}
type Chunk = OpenAI.ChatCompletionChunk | Anthropic.RawMessageStreamEvent

/** The pipeline: whichever provider answers, its chunks are read by their shape. */
export const chatStream = ({ openai, anthropic }: Clients): Handler<Ask, AnswerStream<Chunk>> => {
  const askGpt = streaming<Ask, Chunk>(({ prompt }, { signal }) =>
    openai.chat.completions.create(
      { model: 'gpt-5-mini', stream: true, messages: [{ role: 'user', content: prompt }] },
      { signal },
    ),
  )
  const askClaude = streaming<Ask, Chunk>(({ prompt }, { signal }) =>
    anthropic.messages.create(
      {
        model: 'claude-haiku-4-5',
        max_tokens: 1024,
        stream: true,
        messages: [{ role: 'user', content: prompt }],
      },
      { signal },
    ),
  )
  return pipeline(
    askGpt,
    [
      deadline({ timeoutMs: 60_000 }),
      interrupt('restart'),
      fallback([{ id: 'claude', provider: 'anthropic', call: askClaude }]),
      retry({ baseDelayMs: 200 }),
      circuitBreaker(),
      timeout({ firstContentMs: 5_000, idleMs: 10_000 }),
    ],
    { name: 'chat-stream', provider: 'openai', dialect: auto, providerRetries: 0 },
  )
}

/** What the page is told: more text, to forget what it has, the end, or that it failed. */
export type PageEvent =
  | { readonly event: 'text' | 'failed'; readonly data: string }
  | { readonly event: 'reset' | 'done'; readonly data: '' }

/** A stream in the page's own words. */
export async function* pageEvents(stream: AnswerStream<Chunk>): AsyncGenerator<PageEvent> {
  let shown = 0
  try {
    for await (const part of stream.withSeams()) {
      if (isSeam(part)) {
        shown = 0
        yield { event: 'reset', data: '' }
      }
      const { text } = stream.seen
      if (text.length > shown) yield { event: 'text', data: text.slice(shown) }
      shown = text.length
    }
    yield { event: 'done', data: '' }
  } catch (error) {
    if (!StreamInterruptedError.is(error)) throw error
    yield { event: 'failed', data: error.userMessage }
  }
}

const Body = z.object({ prompt: z.string().min(1) })

/** The app: server-sent events, and nothing paid for once the page is closed. */
export const createChatApp = (clients: Clients): Hono => {
  const chat = chatStream(clients)
  const app = new Hono()
  app.post('/chat', async (c) => {
    const ask = Body.parse(await c.req.json().catch(() => undefined))
    // Rejections up to here are an ordinary 503: not a byte has been sent.
    const stream = await chat(ask, { signal: c.req.raw.signal })
    return streamSSE(c, async (page) => {
      page.onAbort(() => void stream.cancel())
      for await (const event of pageEvents(stream)) await page.writeSSE(event)
    })
  })
  app.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400)
    console.error(error)
    return c.json({ error: userMessage(error) }, 503)
  })
  return app
}

if (import.meta.main) {
  const app = createChatApp({
    openai: new OpenAI({ maxRetries: 0 }),
    anthropic: new Anthropic({ maxRetries: 0 }),
  })
  serve({ fetch: app.fetch, port: 8080 }, ({ port }) => console.log(`http://localhost:${port}`))
}
