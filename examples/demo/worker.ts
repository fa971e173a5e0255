import { parentPort, workerData } from 'node:worker_threads'

import { CONTENDERS } from './contenders.ts'
import { play } from './contest.ts'
import { badDay } from './day.ts'
import type { Message, Task } from './thread.ts'
import { workloadOf } from './workload.ts'

const { contender, seed, lengthMs } = workerData as Task
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const send = (message: Message): void => parentPort?.postMessage(message)

const day = badDay(seed, lengthMs)
const questions = workloadOf(seed, lengthMs)
const score = await play(CONTENDERS[contender], day, questions, (outcome) => send({ outcome }))
send({ score })
