import { parseArgs } from 'node:util'

import { badDay } from './demo/day.ts'
import { playInspected } from './demo/inspect.ts'
import { playLive } from './demo/live.ts'
import { mendingLines, type Mending } from './demo/mending.ts'
import type { ContenderName } from './demo/names.ts'
import { showProgress } from './demo/progress.ts'
import type { Score } from './demo/score.ts'
import { stripOf } from './demo/strip.ts'
import { tableOf } from './demo/table.ts'
import { playInThread, type Played } from './demo/thread.ts'

// The same bad day of two providers, three times at once: through the SDKs as they come, through the usual retry
// loop, and through holdfast. Each has servers of its own, and the servers do the counting.

const LENGTH_MS = 12_500

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

interface DayOfAll {
  readonly contenders: Readonly<Record<ContenderName, Score>>
  /** What holdfast did about bad answers. */
  readonly mending: Mending
}

const playAll = async (): Promise<DayOfAll> => {
  const progress = showProgress()
  const playOne = (contender: ContenderName): Promise<Played> =>
    playInThread({ contender, seed, lengthMs: LENGTH_MS }, (outcome) =>
      progress.tell(contender, outcome),
    )
  const [asTheyCome, handWritten, holdfast] = await Promise.all([
    playOne('asTheyCome'),
    playOne('handWritten'),
    playOne('holdfast'),
  ])
  progress.stop()
  return {
    contenders: {
      asTheyCome: asTheyCome.score,
      handWritten: handWritten.score,
      holdfast: holdfast.score,
    },
    mending: holdfast.mending,
  }
}

if (options.live) process.exitCode = (await playLive(seed)) ? 0 : 1
else if (options.inspect) await playInspected(seed, Number(options.port))
else {
  const { contenders, mending } = await playAll()
  if (options.json) console.log(JSON.stringify({ contenders, seed }, undefined, 2))
  else {
    const { spans } = badDay(seed, LENGTH_MS)
    console.log(`\n${tableOf(contenders)}\n`)
    console.log(`The day of holdfast (seed ${seed})\n`)
    console.log(stripOf(spans, contenders.holdfast.timeline, LENGTH_MS))
    console.log(`\nWhat its extraction route did about bad answers, and what that cost\n`)
    console.log(mendingLines(mending))
  }
}
