import { parentPort, workerData } from 'node:worker_threads'

import { CONTENDERS } from './contenders.ts'
import { play, type Build } from './contest.ts'
import { badDay } from './day.ts'
import { keepMending } from './mending.ts'
import type { Message, Task } from './thread.ts'
import { workloadOf } from './workload.ts'

const { contender, seed, lengthMs } = workerData as Task
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const send = (message: Message): void => parentPort?.postMessage(message)

const day = badDay(seed, lengthMs)
const questions = workloadOf(seed, lengthMs)
let mending: ReturnType<typeof keepMending> | undefined
const build: Build = (places, events) => {
  mending = keepMending(events)
  return CONTENDERS[contender](places, events)
}
const score = await play(build, day, questions, (outcome) => send({ outcome }))
if (mending !== undefined) send({ score, mending: mending() })
