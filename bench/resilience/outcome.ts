import type { Ask, Delivery } from './contender.ts'
import { isRight, questionOf } from './engine/answer.ts'
import type { Arrival } from './load.ts'
import type { Scenario } from './scenario.ts'

/** What became of one logical request. */
export interface Outcome {
  readonly arrival: Arrival
  /** From its arrival to the answer or the failure. */
  readonly tookMs: number
  /** From its arrival to the first text; undefined when none was shown. */
  readonly firstTextMs: number | undefined
  /** Delivered, whole, right, in time. */
  readonly good: boolean
  /** Delivered as a success in time, and wrong. */
  readonly silentBad: boolean
  readonly resets: number
  readonly stale: boolean
  /** Why it failed, for the curious. */
  readonly error: string | undefined
}

/** Asks one question and judges what comes; never rejects, and is over at the deadline at the latest. */
export const follow = (ask: Ask, scenario: Scenario, arrival: Arrival): Promise<Outcome> =>
  new Promise((resolve) => {
    const { deadlineMs } = scenario
    const start = performance.now()
    const giveUp = new AbortController()
    let text = ''
    let firstTextMs: number | undefined
    let resets = 0
    let stale = false
    let over = false
    const delivery: Delivery = {
      write(more) {
        if (over || more === '') return
        firstTextMs ??= performance.now() - start
        text += more
      },
      reset() {
        if (over) return
        if (text !== '') resets++
        text = ''
      },
      stale() {
        stale = true
      },
    }
    const end = (delivered: boolean, error?: unknown): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      const right = delivered && isRight(arrival.key, text)
      resolve({
        arrival,
        tookMs: performance.now() - start,
        firstTextMs,
        good: right,
        silentBad: delivered && !right,
        resets,
        stale,
        error:
          error === undefined ? undefined : `${(error as Error).name}: ${(error as Error).message}`,
      })
    }
    const timer = setTimeout(() => {
      end(false, new Error('late'))
      giveUp.abort(new DOMException('The deadline passed', 'TimeoutError'))
    }, deadlineMs)
    const question = {
      prompt: questionOf(arrival.key),
      stream: scenario.stream === true,
      signal: giveUp.signal,
    }
    ask(question, delivery).then(
      () => end(true),
      (error: unknown) => end(false, error ?? 'rejected with nothing'),
    )
  })
