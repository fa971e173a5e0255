import type { Metrics } from './metrics.ts'
import type { Results } from './results.ts'

/** What must not be lost, by scenario; below it CI fails. A small seed set needs some room. */
interface Floor {
  /** The part of the oracle's right answers. */
  readonly goodput: number
  readonly amplification?: number
}

const NO_SILENT_BAD = 0

/** Raised whenever the stack gets better, never lowered in passing. */
export const FLOORS: Readonly<Record<string, Floor>> = {
  a: { goodput: 0.999, amplification: 1.07 },
  a2: { goodput: 0.999, amplification: 1.21 },
  b: { goodput: 0.995, amplification: 1.02 },
  m: { goodput: 0.999, amplification: 1.1 },
  c1: { goodput: 0.999, amplification: 1.04 },
  c2: { goodput: 0.93, amplification: 0.8 },
  d: { goodput: 0.999, amplification: 1.06 },
  e: { goodput: 0.999, amplification: 1.04 },
  f: { goodput: 0.999, amplification: 1.1 },
  g: { goodput: 0.999, amplification: 1.06 },
  h: { goodput: 0.999, amplification: 1.2 },
  i1: { goodput: 0.999, amplification: 1.02 },
  i2: { goodput: 0.999, amplification: 1.02 },
  j: { goodput: 0.999, amplification: 1.12 },
  k: { goodput: 0.98, amplification: 0.5 },
}

/** A sentence for each floor that is not held. */
export const broken = (results: Results): readonly string[] =>
  Object.entries(results.scenarios).flatMap(([id, row]) => {
    const floor = FLOORS[id]
    const { holdfast: mine, oracle } = row
    if (floor === undefined || mine === undefined || oracle === undefined) return []
    return complaints(id, floor, mine, oracle)
  })

const complaints = (id: string, floor: Floor, mine: Metrics, oracle: Metrics): string[] => {
  const said: string[] = []
  const part = mine.goodput / oracle.goodput
  if (part < floor.goodput)
    said.push(`${id}: goodput is ${part.toFixed(4)} of the oracle's, the floor is ${floor.goodput}`)
  if (mine.amplification > (floor.amplification ?? Infinity))
    said.push(
      `${id}: ${mine.amplification.toFixed(3)} requests per call, the floor is ${floor.amplification}`,
    )
  if (mine.silentBad > NO_SILENT_BAD)
    said.push(`${id}: ${mine.silentBad.toFixed(4)} wrong answers passed for right`)
  return said
}
