import Anthropic from '@anthropic-ai/sdk'
import { cache } from '@holdfast/cache'
import { circuitBreaker, CONSECUTIVE_FAILURES } from '@holdfast/circuit-breaker'
import {
  deadline,
  health,
  isSeam,
  pipeline,
  retryBudget,
  timeout,
  type AnswerStream,
  type CallReport,
  type Context,
  type Events,
} from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { degrade, fallback, FALLBACK_DEFAULTS } from '@holdfast/fallback'
import { interrupt, RESTART_DEFAULTS } from '@holdfast/interrupt'
import { auto } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { json, notEmpty, notRefused, notTruncated, structured } from '@holdfast/validators'
import OpenAI from 'openai'

import { CLAUDE, GPT, Invoice, type App, type Places, type Reply } from './app.ts'
import { seconds as eightfold } from './day.ts'

/** What the routes ask: what both providers take, so that either can be asked. */
interface Ask {
  readonly messages: { role: 'user' | 'assistant'; content: string }[]
}

/** Whatever answers, its answer is passed on as it is: `auto` reads all of these. */
type Answered = OpenAI.ChatCompletion | Anthropic.Message | string
type Chunk = OpenAI.ChatCompletionChunk | Anthropic.RawMessageStreamEvent

const SORRY = 'We cannot answer at the moment. Please try again in a few minutes.'

/** One pipeline per route, over the same two SDKs; `seconds` is how long a second is, eight times faster by default. */
export const withHoldfast = (places: Places, events: Events, seconds = eightfold): App => {
  // One layer retries: this one.
  const openai = new OpenAI({ ...places.openai, maxRetries: 0 })
  const anthropic = new Anthropic({ ...places.anthropic, maxRetries: 0 })

  const askGpt = (ask: Ask, { signal }: Context<Ask>): Promise<Answered> =>
    openai.chat.completions.create({ model: GPT, ...ask }, { signal })
  const askClaude = ({ messages }: Ask, { signal }: Context<Ask>): Promise<Answered> =>
    anthropic.messages.create({ model: CLAUDE, max_tokens: 1024, messages }, { signal })
  const streamGpt = streaming<Ask, Chunk>((ask, { signal }) =>
    openai.chat.completions.create({ model: GPT, stream: true, ...ask }, { signal }),
  )
  const streamClaude = streaming<Ask, Chunk>(({ messages }, { signal }) =>
    anthropic.messages.create(
      { model: CLAUDE, max_tokens: 1024, stream: true, messages },
      { signal },
    ),
  )

  // What the routes share, so that what one of them learns about a provider the others know.
  const house = {
    provider: 'openai',
    dialect: auto,
    providerRetries: 0,
    health: health(),
    retryBudget: retryBudget(),
    events,
  }
  const breaker = circuitBreaker({ ...CONSECUTIVE_FAILURES, openMs: seconds(5) })
  const limit = deadline({ timeoutMs: seconds(25) })
  // These models refuse harmless questions at times; the other one may still answer. That is ours to decide.
  const on = [...FALLBACK_DEFAULTS.on, 'refused'] as const
  const claude = { id: 'claude', provider: 'anthropic' }
  const orClaude = fallback([{ ...claude, call: askClaude }], { on })
  const again = retry({ baseDelayMs: seconds(1), maxDelayMs: seconds(60) })
  const perAttempt = timeout({ timeoutMs: seconds(10) })

  const chat = pipeline(
    askGpt,
    [
      degrade((): Answered => SORRY),
      limit,
      orClaude,
      again,
      notEmpty(),
      notTruncated(),
      notRefused(),
      breaker,
      perAttempt,
    ],
    { ...house, name: 'chat' },
  )

  const faq = pipeline(
    askGpt,
    [
      degrade((): Answered => SORRY),
      cache({
        scope: 'shared',
        ttlMs: seconds(20),
        mode: 'stale-if-error',
        staleTtlMs: seconds(600),
      }),
      limit,
      orClaude,
      again,
      notEmpty(),
      notTruncated(),
      notRefused(),
      breaker,
      perAttempt,
    ],
    { ...house, name: 'faq' },
  )

  // Until the first word a failure is mended unseen; after it the page is told to forget, and a new answer follows.
  const stream = pipeline(
    streamGpt,
    [
      limit,
      interrupt('restart', { on: [...RESTART_DEFAULTS.on, 'truncated'] }),
      fallback([{ ...claude, call: streamClaude }], { on }),
      again,
      notEmpty(),
      notTruncated(),
      notRefused(),
      breaker,
      timeout({ firstContentMs: seconds(10), idleMs: seconds(5) }),
    ],
    { ...house, name: 'stream' },
  )

  // A made-up invoice is worse than none: this route has no stand-in, it fails. But what is nearly right is mended:
  // wrong JSON is shown to the model once, a cut answer is gone on with, a refusal is taken to the other model.
  const extract = structured(
    pipeline(
      askGpt,
      [
        limit,
        orClaude,
        again,
        json(Invoice, { reask: 1 }),
        notTruncated({ on: 'continue' }),
        notRefused({ on: 'fallback' }),
        breaker,
        perAttempt,
      ],
      { ...house, name: 'extract' },
    ),
    Invoice,
  )

  return {
    chat: async (prompt, signal) => replyOf(await chat.withReport(asking(prompt), { signal })),
    faq: async (prompt, signal) => replyOf(await faq.withReport(asking(prompt), { signal })),
    stream: async (prompt, signal) => ({
      answer: await pageOf(await stream(asking(prompt), { signal })),
    }),
    extract: async (prompt, signal) => ({ answer: await extract(asking(prompt), { signal }) }),
  }
}

const asking = (prompt: string): Ask => ({ messages: [{ role: 'user', content: prompt }] })

/** The text for the user, and whether the app must say that it is not a fresh one. */
const replyOf = async (done: {
  readonly response: Answered
  readonly report: Promise<CallReport>
}): Promise<Reply> => {
  const answer = auto.read(done.response).text
  const { degraded, cache: cached } = await done.report
  if (degraded) return { answer, note: 'degraded' }
  return cached?.status === 'stale' ? { answer, note: 'stale' } : { answer }
}

/** What is on the page when the stream is over. */
const pageOf = async (stream: AnswerStream<Chunk>): Promise<string> => {
  let page = ''
  for await (const part of stream.withSeams()) page = isSeam(part) ? '' : stream.seen.text
  return page
}
