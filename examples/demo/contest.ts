import { setTimeout as sleep } from 'node:timers/promises'

import { isCorrect, isCorrectInvoice, startFaultServer, type Scenario } from '@holdfast/chaos'
import { Events } from '@holdfast/core'

import type { App, Places } from './app.ts'
import type { Day } from './day.ts'
import { model, questionOf } from './model.ts'
import { scoreOf, type Outcome, type Score, type Verdict } from './score.ts'
import { keepTimeline } from './timeline.ts'
import { workloadOf, type Question } from './workload.ts'

const CALM: Scenario = { phases: [] }

/** Builds the app of one contender; what its policies do is published on `events`, if it has policies. */
export type Build = (places: Places, events: Events) => App

/** Plays the day to one contender, on servers of its own, and says how it did. `tell` hears of every call that ends. */
export const play = async (
  build: Build,
  day: Day,
  questions: readonly Question[],
  tell: (outcome: Outcome) => void,
): Promise<Score> => {
  const behind = { keyOf: questionOf, answer: model }
  await using openai = await startFaultServer(CALM, behind)
  await using anthropic = await startFaultServer(CALM, behind)
  const events = new Events()
  const app = build(
    {
      openai: { apiKey: 'none', baseURL: `${openai.url}/v1` },
      anthropic: { apiKey: 'none', baseURL: anthropic.url },
    },
    events,
  )

  // The first calls of a process are the slowest of its life; that is no part of anybody's day.
  const warmUp = workloadOf(-day.seed, 1_000)
  await Promise.all(warmUp.map((question) => ask(app, question, day.patienceMs)))
  openai.setScenario(day.openai)
  anthropic.setScenario(day.anthropic)

  const timeline = keepTimeline(events)
  const startedAt = performance.now()
  const outcomes = await Promise.all(
    questions.map(async (question) => {
      await sleep(question.atMs - (performance.now() - startedAt))
      const outcome = await ask(app, question, day.patienceMs)
      tell(outcome)
      return outcome
    }),
  )
  return scoreOf(outcomes, openai.log, anthropic.log, timeline())
}

/** One user asks one question, and waits as long as users do. */
const ask = async (app: App, { route, prompt }: Question, patienceMs: number): Promise<Outcome> => {
  const askedAt = performance.now()
  const outcome = (verdict: Verdict): Outcome => ({
    prompt,
    verdict,
    ms: performance.now() - askedAt,
  })
  try {
    const { answer, note } = await app[route](prompt, AbortSignal.timeout(patienceMs))
    if (note !== undefined) return outcome(note)
    const right = route === 'extract' ? isCorrectInvoice : isCorrect
    return outcome(right(prompt, answer as string) ? 'correct' : 'silentlyWrong')
  } catch {
    return outcome('failed')
  }
}
