import { pipeline, type Policy, type Provider } from '@holdfast/core'

import { testClock, type TestClock } from '../clock.ts'
import { seededRandom } from '../random.ts'
import { must, show } from './clause.ts'

/** What the contract suite asks. */
export interface TestRequest {
  prompt: string
}

/** Makes a fresh policy for each check. */
export type PolicySubject = () => Policy<TestRequest, string>

/** Answers that every validator lets pass: a text, and JSON, with an edge that a trimming policy would lose. */
export const answerTo = (prompt: string): string => `{"answer":"${prompt}"}\n`

/** How a call ended; undefined while it has not. */
export type Outcome = { readonly response: unknown } | { readonly error: unknown }
export interface Call {
  outcome: Outcome | undefined
}

/** A signal that knows how many abort listeners hang on it. */
export interface ListenedSignal {
  readonly signal: AbortSignal
  readonly abort: (reason: unknown) => void
  readonly listeners: number
}

export const listenedSignal = (): ListenedSignal => {
  const controller = new AbortController()
  const { signal } = controller
  const live = new Set<unknown>()
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  Object.assign(signal, {
    addEventListener(type: string, listener: EventListener, options?: AddEventListenerOptions) {
      if (type === 'abort') live.add(listener)
      add(type, listener, options)
    },
    removeEventListener(type: string, listener: EventListener, options?: EventListenerOptions) {
      if (type === 'abort') live.delete(listener)
      remove(type, listener, options)
    },
  })
  return {
    signal,
    abort: (reason) => controller.abort(reason),
    get listeners() {
      return live.size
    },
  }
}

/** One policy around one provider, on a clock of its own. */
export interface Stage {
  readonly clock: TestClock
  readonly call: (prompt: string, signal?: AbortSignal) => Call
  readonly send: (request: TestRequest, signal?: AbortSignal) => Call
  /** Turns the clock until the call is over. */
  readonly finish: (call: Call) => Promise<Outcome>
}

/** Not 0, so that a duration taken for a time is found out. */
const START_MS = 1_000_000
const STEP_MS = 1_000
/** Ten minutes: longer than any chain of backoffs that a policy has by default. */
export const MAX_STEPS = 600

export const stage = (create: PolicySubject, provider: Provider<TestRequest, string>): Stage => {
  const clock = testClock(START_MS)
  // The signal enters inside the pipeline: at the door, core itself would answer an aborted caller at once, and a
  // policy that does not listen would go unnoticed until it stands in a place where nobody helps it.
  const signals = new WeakMap<TestRequest, AbortSignal>()
  const caller: Policy<TestRequest, string> = (ctx, next) => {
    const signal = signals.get(ctx.request)
    return signal === undefined ? next() : next({ signal })
  }
  const handler = pipeline(provider, [caller, create()], {
    clock,
    random: seededRandom(1),
    name: 'contract',
  })

  const send = (request: TestRequest, signal?: AbortSignal): Call => {
    const call: Call = { outcome: undefined }
    if (signal !== undefined) signals.set(request, signal)
    void handler(request)
      .then(
        (response): Outcome => ({ response }),
        (error: unknown): Outcome => ({ error }),
      )
      .then((outcome) => (call.outcome = outcome))
    return call
  }

  return {
    clock,
    send,
    call: (prompt, signal) => send({ prompt }, signal),
    async finish(call) {
      await clock.advance(0)
      for (let step = 0; call.outcome === undefined && step < MAX_STEPS; step++)
        await clock.advance(STEP_MS)
      must(call.outcome !== undefined, 'the call never came to an end')
      return call.outcome
    },
  }
}

export const mustAnswer = (outcome: Outcome | undefined, response: unknown): void => {
  must(outcome !== undefined, 'the call is not over')
  must(
    'response' in outcome,
    `the call was to answer, and failed with ${'error' in outcome ? show(outcome.error) : ''}`,
  )
  must(
    Object.is(outcome.response, response),
    `the answer is ${show(outcome.response)}, not ${show(response)}`,
  )
}

/** By identity: an equal error is another error. */
export const mustFail = (outcome: Outcome | undefined, error: unknown): void => {
  must(outcome !== undefined, `the call is not over; it was to fail at once with ${show(error)}`)
  must('error' in outcome, `the call answered; it was to fail with ${show(error)}`)
  must(
    Object.is(outcome.error, error),
    `the call failed with ${show(outcome.error)}, not with the very ${show(error)}`,
  )
}
