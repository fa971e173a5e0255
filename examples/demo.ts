import { parseArgs } from 'node:util'

import { badDay } from './demo/day.ts'
import { playInspected } from './demo/inspect.ts'
import { playLive } from './demo/live.ts'
import { CONTENDER_NAMES, type ContenderName } from './demo/names.ts'
import { showProgress } from './demo/progress.ts'
import type { Score } from './demo/score.ts'
import { stripOf } from './demo/strip.ts'
import { tableOf } from './demo/table.ts'
import { playInThread } from './demo/thread.ts'

// The same bad day of two providers, three times at once: through the SDKs as they come, through the usual retry
// loop, and through holdfast. Each has servers of its own, and the servers do the counting.

const LENGTH_MS = 10_000

const { values: options } = parseArgs({
  options: {
    inspect: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    port: { type: 'string', default: '4455' },
    seed: { type: 'string', default: '1' },
  },
})
const seed = Number(options.seed)
if (!Number.isSafeInteger(seed))
  throw new TypeError(`--seed must be a whole number, got ${options.seed}`)

const playAll = async (): Promise<Readonly<Record<ContenderName, Score>>> => {
  const progress = showProgress()
  const scores = await Promise.all(
    CONTENDER_NAMES.map(async (contender) => {
      const task = { contender, seed, lengthMs: LENGTH_MS }
      const score = await playInThread(task, (outcome) => progress.tell(contender, outcome))
      return [contender, score] as const
    }),
  )
  progress.stop()
  return Object.fromEntries(scores) as Record<ContenderName, Score>
}

if (options.live) await playLive(seed)
else if (options.inspect) await playInspected(seed, Number(options.port))
else {
  const contenders = await playAll()
  if (options.json) console.log(JSON.stringify({ contenders, seed }, undefined, 2))
  else {
    const { spans } = badDay(seed, LENGTH_MS)
    console.log(`\n${tableOf(contenders)}\n`)
    console.log(`The day of holdfast (seed ${seed})\n`)
    console.log(stripOf(spans, contenders.holdfast.timeline, LENGTH_MS))
  }
}
