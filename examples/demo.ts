import { asTheyCome } from './demo/as-they-come.ts'
import { play } from './demo/contest.ts'
import { badDay } from './demo/day.ts'
import { handWritten } from './demo/hand-written.ts'
import { withHoldfast } from './demo/with-holdfast.ts'
import { workloadOf } from './demo/workload.ts'

const seed = 1
const lengthMs = 12_000
const day = badDay(seed, lengthMs)
const questions = workloadOf(seed, lengthMs)
const contenders = { asTheyCome, handWritten, holdfast: withHoldfast }
const scores = await Promise.all(
  Object.values(contenders).map((build) => play(build, day, questions, () => {})),
)
console.table(scores.map(({ timeline, ...score }) => score))
console.log(scores[2]?.timeline)
