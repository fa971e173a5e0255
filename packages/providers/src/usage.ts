import type { Seen, Usage } from '@holdfast/core'

import { at } from './path.ts'
import type { Path } from './path.ts'
import { count } from './shape.ts'

/** Where a wire counts what: `a.b | c + d` is the first of two places that has a count, and a third on top. */
export type Counts = Readonly<Partial<Record<keyof Omit<Usage, 'source'>, string>>>

/** Takes over what a provider counted; a count that it leaves out stays as it was. */
export function usageReader(counts: Counts): (usage: unknown, seen: Seen) => void {
  const sums = Object.entries(counts).map(([name, sum]) => [name, placesOf(sum)] as const)
  return (usage, seen) => {
    if (!usage) return
    const told: Record<string, number> = {}
    for (const [name, places] of sums)
      for (const either of places) {
        const tokens = either.map((path) => count(at(usage, path))).find((it) => it !== undefined)
        if (tokens !== undefined) told[name] = (told[name] ?? 0) + tokens
      }
    if ('inputTokens' in told || 'outputTokens' in told)
      seen.usage = { ...seen.usage, ...told, source: 'reported' }
  }
}

const placesOf = (sum: string): readonly (readonly Path[])[] =>
  sum.split(' + ').map((either) => either.split(' | ').map((path) => path.split('.')))
