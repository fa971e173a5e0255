import { Events, HoldfastError } from '@holdfast/core'
import { monitor, userMessage } from '@holdfast/monitor'
import { genaiPrices } from '@holdfast/monitor/genai-prices'

import { withHoldfast } from './with-holdfast.ts'
import { workloadOf, type Question, type Route } from './workload.ts'

/** Each route once, and one question twice: the second time it is answered for nothing. */
const ROUTES: readonly Route[] = ['chat', 'stream', 'extract', 'faq', 'faq']

/** A user's patience, with a model that thinks. */
const PATIENCE_MS = 60_000
const WIDTH = 100

const questionsOf = (seed: number): readonly Question[] => {
  const asked = workloadOf(seed, 10_000)
  return ROUTES.flatMap((route) => asked.find((question) => question.route === route) ?? [])
}

/** The beginning of a text, on one line. */
const lineOf = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line
}

/**
 * A few questions for the real providers, one after the other, with what the policies did on the way and what it cost.
 * The SDKs read OPENAI_BASE_URL and ANTHROPIC_BASE_URL, where the providers are to be found elsewhere.
 *
 * @returns whether each question got an answer
 */
export const playLive = async (seed: number): Promise<boolean> => {
  const { OPENAI_API_KEY: openai, ANTHROPIC_API_KEY: anthropic } = process.env
  if (!openai || !anthropic) {
    console.error('--live asks the real providers: set OPENAI_API_KEY and ANTHROPIC_API_KEY first.')
    return false
  }
  const events = new Events()
  events.on('attempt:failed', ({ target, fault }) => console.log(`  ${target}: ${fault.kind}`))
  events.on('retry:scheduled', ({ delayMs }) => console.log(`  again in ${Math.ceil(delayMs)} ms`))
  events.on('fallback:taken', ({ from, to }) => console.log(`  ${from} → ${to}`))
  const books = monitor({ prices: genaiPrices() })
  books.watch({ events })

  const app = withHoldfast(
    { openai: { apiKey: openai }, anthropic: { apiKey: anthropic } },
    events,
    (count) => count * 1_000,
  )
  let answered = true
  for (const { route, prompt } of questionsOf(seed)) {
    console.log(`${route}: ${lineOf(prompt)}`)
    try {
      const { answer, note = 'answer' } = await app[route](prompt, AbortSignal.timeout(PATIENCE_MS))
      console.log(`  ${note}: ${lineOf(answer)}`)
      if (note === 'degraded') answered = false
    } catch (error) {
      // What a provider says of an account is for whoever runs this, and for nobody else.
      console.log(`  failed: ${HoldfastError.is(error) ? error.fault.kind : userMessage(error)}`)
      answered = false
    }
  }
  const { calls, retries, inputTokens, outputTokens, costUsd } = books.snapshot().overall
  books.close()
  const attempts = books.calls().reduce((sum, call) => sum + call.attempts.length, 0)
  console.log(
    `${calls} calls, ${attempts} requests (${retries} retries), ${inputTokens + outputTokens} tokens, $${costUsd.toFixed(4)}`,
  )
  return answered
}
