import { Worker } from 'node:worker_threads'

import type { Mending } from './mending.ts'
import type { ContenderName } from './names.ts'
import type { Outcome, Score } from './score.ts'

/** Who lives through which day. */
export interface Task {
  readonly contender: ContenderName
  readonly seed: number
  readonly lengthMs: number
}

/** How it went, and what was done about bad answers on the way. */
export interface Played {
  readonly score: Score
  readonly mending: Mending
}

/** What the thread tells: each call that ended, and at last how it went. */
export type Message = { readonly outcome: Outcome } | Played

/** Plays the day in a thread of its own, so that no contender waits while another one is busy. */
export const playInThread = (task: Task, tell: (outcome: Outcome) => void): Promise<Played> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: task,
      // The default fills up several times a second here, and collecting it would stop the clocks.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    })
    thread.on('message', (message: Message) => {
      if ('outcome' in message) tell(message.outcome)
      else resolve(message)
    })
    thread.on('error', reject)
    thread.on('exit', (code) => reject(new Error(`${task.contender} ended with code ${code}`)))
  })
