import type { Counters } from './counters.ts'
import { ratio, type Sampled } from './measure.ts'

export interface Goal {
  readonly goal: string
  readonly measured: number
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
  const bare = of('bare call', 'none')
  const real = of('real stack', 'holdfast')
  const atMost = (goal: string, measured: number, limit: number): Goal => ({
    goal,
    measured: Math.round(measured * 100) / 100,
    limit,
    met: measured <= limit,
  })
  const versus = (name: string, ours: string, theirs: string): number =>
    ratio(of(name, ours), of(name, theirs))
  return [
    ...(['async', 'plain'] as const).map((style) =>
      atMost(
        `pass-through ×5, ${style}, over koa-compose`,
        versus(`pass-through ×5, ${style}`, 'holdfast', 'koa-compose'),
        1,
      ),
    ),
    atMost('real stack over bare', ratio(real, bare), 8),
    atMost('sixteen chains over bare', ratio(of('real stack, 16 chains', 'holdfast'), bare), 12),
    atMost('real stack over cockatiel', versus('real stack', 'holdfast', 'cockatiel'), 1 / 15),
    atMost('failure path over hand loop', versus('failure path', 'holdfast', 'hand loop'), 2.5),
    atMost(
      'failure path, retry alone, over hand loop',
      versus('failure path', 'holdfast retry', 'hand loop'),
      2.5,
    ),
    atMost('breaker open over cockatiel', versus('breaker open', 'holdfast', 'cockatiel'), 0.4),
    atMost('promises', counters.promises, 8),
    atMost('timers', counters.timers, 0),
    atMost('AbortControllers', counters.abortControllers, 0),
    atMost('Errors', counters.errors, 0),
    atMost('bytes per call', counters.bytesPerCall, 1_600),
    atMost('one signal, 10,000 in flight, over none', counters.sharedSignalRatio, 1.5),
    atMost('bytes kept by 100,000 calls on one signal', counters.heapGrowth, 2 * 1024 * 1024),
  ]
}
