import Anthropic from '@anthropic-ai/sdk'
import { cache } from '@holdfast/cache'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { deadline, health, pipeline, retryBudget, timeout, type Context } from '@holdfast/core'
import { degrade, fallback } from '@holdfast/fallback'
import { userMessage } from '@holdfast/monitor'
import { auto } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { json, notEmpty, notTruncated, structured } from '@holdfast/validators'
import { serve } from '@hono/node-server'
import { Hono, type Context as Call } from 'hono'
import OpenAI from 'openai'
import { z } from 'zod'

// An app with three routes, each its own pipeline: what is right for a user who waits is wrong for a nightly batch.

interface Ask {
  readonly prompt: string
}
type Answered = OpenAI.ChatCompletion | Anthropic.Message | string

/** What the route `/extract` answers with. */
export const Contact = z.object({ name: z.string(), email: z.string() })

const Body = z.object({ prompt: z.string().min(1) })
const Batch = z.object({ prompts: z.array(z.string().min(1)).max(100) })

/** The two clients; in the tests they talk to a server that fails on purpose. */
export interface Clients {
  readonly openai: OpenAI
  readonly anthropic: Anthropic
}

/** The three pipelines. */
export const routes = ({ openai, anthropic }: Clients) => {
  const askGpt = ({ prompt }: Ask, { signal }: Context<Ask>): Promise<Answered> =>
    openai.chat.completions.create(
      { model: 'gpt-5-mini', messages: [{ role: 'user', content: prompt }] },
      { signal },
    )
  const askClaude = ({ prompt }: Ask, { signal }: Context<Ask>): Promise<Answered> =>
    anthropic.messages.create(
      {
        model: 'claude-haiku-4-5',
        max_tokens: 1024,
        messages: [{ role: 'user', content: prompt }],
      },
      { signal },
    )

  // What all routes share: what one of them learns about a provider, the others know.
  const house = {
    provider: 'openai',
    dialect: auto,
    providerRetries: 0,
    health: health(),
    retryBudget: retryBudget(),
  }
  const breaker = circuitBreaker()
  const orClaude = fallback([{ id: 'claude', provider: 'anthropic', call: askClaude }])

  /** Somebody is waiting: answer within ten seconds, with something. */
  const chat = pipeline(
    askGpt,
    [
      degrade((): Answered => 'We cannot answer at the moment. Please try again in a minute.'),
      cache({ scope: 'shared', ttlMs: 60_000, mode: 'stale-if-error', staleTtlMs: 86_400_000 }),
      deadline({ timeoutMs: 10_000 }),
      orClaude,
      retry({ maxAttempts: 2, baseDelayMs: 200 }),
      notEmpty(),
      notTruncated(),
      breaker,
      timeout({ timeoutMs: 5_000 }),
    ],
    { ...house, name: 'chat' },
  )

  /** A program is waiting: the right answer or an error, never a guess. */
  const extract = structured(
    pipeline(
      askGpt,
      [
        deadline({ timeoutMs: 30_000 }),
        orClaude,
        retry({ baseDelayMs: 200 }),
        json(Contact),
        breaker,
        timeout({ timeoutMs: 10_000 }),
      ],
      { ...house, name: 'extract' },
    ),
    Contact,
  )

  /** Nobody is waiting: the cheaper provider only, and all the patience in the world. */
  const batch = pipeline(
    askGpt,
    [
      deadline({ timeoutMs: 3_600_000 }),
      retry({ maxAttempts: 10, maxRetryAfterMs: 600_000 }),
      notEmpty(),
      notTruncated(),
      timeout({ timeoutMs: 120_000 }),
    ],
    { ...house, name: 'batch' },
  )

  return { chat, extract, batch }
}

/** What is no JSON fits no schema, and is told as what it is: a request that makes no sense. */
const bodyOf = (c: Call): Promise<unknown> => c.req.json().catch(() => undefined)

/** The app. The client's own signal is handed on: when the user leaves, nothing more is paid for. */
export const createApp = (clients: Clients): Hono => {
  const { chat, extract, batch } = routes(clients)
  const app = new Hono()

  app.post('/chat', async (c) => {
    const ask = Body.parse(await bodyOf(c))
    const { response, report } = await chat.withReport(ask, { signal: c.req.raw.signal })
    const { degraded, cache: cached, served } = await report
    return c.json({
      text: auto.read(response).text,
      degraded,
      cache: cached?.status,
      by: served?.target,
    })
  })

  app.post('/extract', async (c) => {
    const ask = Body.parse(await bodyOf(c))
    return c.json(await extract(ask, { signal: c.req.raw.signal }))
  })

  app.post('/batch', async (c) => {
    const { prompts } = Batch.parse(await bodyOf(c))
    const { signal } = c.req.raw
    const settled = await Promise.allSettled(prompts.map((prompt) => batch({ prompt }, { signal })))
    return c.json(
      settled.map((one) =>
        one.status === 'fulfilled'
          ? { text: auto.read(one.value).text }
          : { error: userMessage(one.reason) },
      ),
    )
  })

  app.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400)
    // Errors of providers name accounts and keys: the log gets them, the user gets a sentence.
    console.error(error)
    return c.json({ error: userMessage(error) }, 503)
  })
  return app
}

if (import.meta.main) {
  // One layer retries: the pipelines. The keys come from OPENAI_API_KEY and ANTHROPIC_API_KEY.
  const app = createApp({
    openai: new OpenAI({ maxRetries: 0 }),
    anthropic: new Anthropic({ maxRetries: 0 }),
  })
  serve({ fetch: app.fetch, port: 8080 }, ({ port }) => console.log(`http://localhost:${port}`))
}
