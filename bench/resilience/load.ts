import { dice } from './engine/dice.ts'
import { RATE, type Scenario } from './scenario.ts'

/** One logical request. */
export interface Arrival {
  readonly index: number
  /** Names the question; repeated where prompts repeat. */
  readonly key: string
  readonly atMs: number
}

/** Zipf: the prompt of rank r is asked 1/r as often as the first. */
const rankOf = (chance: number, prompts: number): number => {
  let sum = 0
  for (let rank = 1; rank <= prompts; rank++) sum += 1 / rank
  let left = chance * sum
  for (let rank = 1; rank < prompts; rank++) if ((left -= 1 / rank) < 0) return rank
  return prompts
}

/** The logical requests of a run: Poisson arrivals, or all at once. */
export const arrivalsOf = (scenario: Scenario, seed: number): readonly Arrival[] => {
  const { id, seconds, fanOut, prompts } = scenario
  const keyOf = (index: number): string =>
    prompts === undefined ? `r${index}` : `p${rankOf(dice(seed, id, 'prompt', index), prompts)}`
  if (fanOut !== undefined)
    return Array.from({ length: fanOut }, (_, index) => ({ index, key: keyOf(index), atMs: 0 }))

  const arrivals: Arrival[] = []
  let atMs = 0
  for (let index = 0; ; index++) {
    atMs += (-Math.log(1 - dice(seed, id, 'gap', index)) / RATE) * 1_000
    if (atMs >= seconds * 1_000) return arrivals
    arrivals.push({ index, key: keyOf(index), atMs })
  }
}
