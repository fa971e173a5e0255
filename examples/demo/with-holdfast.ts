import Anthropic from '@anthropic-ai/sdk'
import { cache } from '@holdfast/cache'
import { circuitBreaker, CONSECUTIVE_FAILURES } from '@holdfast/circuit-breaker'
import { deadline, health, pipeline, retryBudget, timeout } from '@holdfast/core'
import type { CallReport, Context, Events } from '@holdfast/core'
import { degrade, fallback, FALLBACK_DEFAULTS } from '@holdfast/fallback'
import { auto } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { json, notEmpty, notRefused, notTruncated, structured } from '@holdfast/validators'
import OpenAI from 'openai'

import { CLAUDE, GPT, Invoice, type App, type Places, type Reply } from './app.ts'
import { seconds as tenfold } from './day.ts'

/** What the routes ask: no provider's dialect, so that any provider can be asked. */
interface Ask {
  readonly prompt: string
}

/** Whatever answers, its answer is passed on as it is: `auto` reads all of these. */
type Answered = OpenAI.ChatCompletion | Anthropic.Message | string

const SORRY = 'We cannot answer at the moment. Please try again in a few minutes.'

/** One pipeline per route, over the same two SDKs; `seconds` is how long a second is, ten times faster by default. */
export const withHoldfast = (places: Places, events: Events, seconds = tenfold): App => {
  // One layer retries: this one.
  const openai = new OpenAI({ ...places.openai, maxRetries: 0 })
  const anthropic = new Anthropic({ ...places.anthropic, maxRetries: 0 })

  const askGpt = ({ prompt }: Ask, { signal }: Context<Ask>): Promise<Answered> =>
    openai.chat.completions.create(
      { model: GPT, messages: [{ role: 'user', content: prompt }] },
      { signal },
    )
  const askClaude = ({ prompt }: Ask, { signal }: Context<Ask>): Promise<Answered> =>
    anthropic.messages.create(
      { model: CLAUDE, max_tokens: 1024, messages: [{ role: 'user', content: prompt }] },
      { signal },
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
  const orClaude = fallback([{ id: 'claude', provider: 'anthropic', call: askClaude }], {
    on: [...FALLBACK_DEFAULTS.on, 'refused'],
  })
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

  // A made-up invoice is worse than none: this route has no stand-in, it fails.
  const extract = structured(
    pipeline(askGpt, [limit, orClaude, again, json(Invoice), breaker, perAttempt], {
      ...house,
      name: 'extract',
    }),
    Invoice,
  )

  return {
    chat: async (prompt, signal) => replyOf(await chat.withReport({ prompt }, { signal })),
    faq: async (prompt, signal) => replyOf(await faq.withReport({ prompt }, { signal })),
    extract: async (prompt, signal) => ({ answer: await extract({ prompt }, { signal }) }),
  }
}

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
