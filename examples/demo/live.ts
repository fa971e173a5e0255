import { Events } from '@holdfast/core'

import { withHoldfast } from './with-holdfast.ts'
import { workloadOf } from './workload.ts'

const QUESTIONS = 6

/** A few questions for the real providers, one after the other, with what the policies did on the way. */
export const playLive = async (seed: number): Promise<void> => {
  const { OPENAI_API_KEY: openai, ANTHROPIC_API_KEY: anthropic } = process.env
  if (!openai || !anthropic) {
    console.error('--live asks the real providers: set OPENAI_API_KEY and ANTHROPIC_API_KEY first.')
    process.exitCode = 1
    return
  }
  const events = new Events()
  events.on('attempt:failed', ({ target, fault }) => console.log(`  ${target}: ${fault.message}`))
  events.on('fallback:taken', ({ from, to }) => console.log(`  ${from} → ${to}`))

  const app = withHoldfast(
    { openai: { apiKey: openai }, anthropic: { apiKey: anthropic } },
    events,
    (count) => count * 1_000,
  )
  for (const { route, prompt } of workloadOf(seed, 1_000).slice(0, QUESTIONS)) {
    console.log(`${route}: ${prompt.split('\n')[0]}`)
    const { answer, note = 'fresh' } = await app[route](prompt, AbortSignal.timeout(60_000))
    console.log(`  ${note}: ${typeof answer === 'string' ? answer : JSON.stringify(answer)}`)
  }
}
