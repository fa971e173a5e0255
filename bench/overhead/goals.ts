import type { Counters } from './counters.ts'
import { ratio, ratioOfFastest, type Sampled } from './measure.ts'

export interface Goal {
  readonly goal: string
  readonly measured: number
  /** The same from the fastest tenth of the samples, where times are compared. */
  readonly fastest?: number
  readonly limit: number
  readonly met: boolean
}

/** The goals that compare within one run, and whether they are met. */
export const goalsOf = (
  sampled: readonly Sampled[],
  counters: Counters & { readonly sharedSignalRatio: number },
): readonly Goal[] => {
  const of = (name: string, contender: string): Sampled => {
    const found = sampled.find((one) => one.case === name && one.contender === contender)
    if (found === undefined) throw new Error(`no case '${name}' of '${contender}'`)
    return found
  }
  const round = (value: number): number => Math.round(value * 1_000) / 1_000
  const atMost = (goal: string, measured: number, limit: number): Goal => ({
    goal,
    measured: round(measured),
    limit: round(limit),
    met: measured <= limit,
  })
  const faster = (goal: string, a: Sampled, b: Sampled, limit: number): Goal => ({
    ...atMost(goal, ratio(a, b), limit),
    fastest: round(ratioOfFastest(a, b)),
  })
  const bare = of('bare call', 'none')
  const real = of('real stack', 'holdfast')
  const hand = of('failure path', 'hand loop')
  return [
    ...(['async', 'plain'] as const).map((style) => {
      const name = `pass-through ×5, ${style}`
      return faster(`${name}, over koa-compose`, of(name, 'holdfast'), of(name, 'koa-compose'), 1)
    }),
    faster('real stack over bare', real, bare, 8),
    faster('sixteen chains over bare', of('real stack, 16 chains', 'holdfast'), bare, 12),
    faster('real stack over cockatiel', real, of('real stack', 'cockatiel'), 1 / 15),
    faster('failure path over hand loop', of('failure path', 'holdfast'), hand, 2.5),
    faster(
      'failure path, retry alone, over hand loop',
      of('failure path', 'holdfast retry'),
      hand,
      2.5,
    ),
    faster(
      'breaker open over cockatiel',
      of('breaker open', 'holdfast'),
      of('breaker open', 'cockatiel'),
      0.4,
    ),
    atMost('promises', counters.promises, 8),
    atMost('timers', counters.timers, 0),
    atMost('AbortControllers', counters.abortControllers, 0),
    atMost('Errors', counters.errors, 0),
    atMost('bytes per call', counters.bytesPerCall, 1_600),
    atMost('one signal, 10,000 in flight, over none', counters.sharedSignalRatio, 1.5),
    atMost('bytes kept by 100,000 calls on one signal', counters.heapGrowth, 2 * 1024 * 1024),
  ]
}
