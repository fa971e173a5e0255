import type { RunResult } from '../virtual/run.ts'

const STEP_SECONDS = 10

const seconds = (ms: number): string => (ms / 1_000).toFixed(1)

/** Why a request failed, in few words. */
const short = (error: string | undefined): string => (error ?? 'wrong').slice(0, 60)

/** What happened when, ten seconds a line: to see where a stack loses. */
export const timeline = ({ outcomes, attempts }: RunResult): string => {
  const last = Math.max(
    ...outcomes.map(({ arrival }) => arrival.atMs),
    ...attempts.map((a) => a.atMs),
  )
  const lines = ['    from  calls  good  mean s  worst s  primary  (ok)  fallback  (ok)  failures']
  for (let from = 0; from * 1_000 <= last; from += STEP_SECONDS) {
    const inside = (atMs: number): boolean =>
      atMs >= from * 1_000 && atMs < (from + STEP_SECONDS) * 1_000
    const mine = outcomes.filter(({ arrival }) => inside(arrival.atMs))
    const good = mine.filter((one) => one.good).map(({ tookMs }) => tookMs)
    const why = new Map<string, number>()
    for (const one of mine)
      if (!one.good) why.set(short(one.error), (why.get(short(one.error)) ?? 0) + 1)
    const sent = (['primary', 'fallback'] as const).flatMap((provider) => {
      const to = attempts.filter((one) => one.provider === provider && inside(one.atMs))
      return [to.length, to.filter(({ status }) => status === 200).length]
    })
    const mean = good.reduce((sum, ms) => sum + ms, 0) / Math.max(1, good.length)
    const cells = [
      from,
      mine.length,
      good.length,
      seconds(mean),
      seconds(Math.max(0, ...good)),
      ...sent,
    ]
    const widths = [8, 7, 6, 8, 9, 9, 6, 10, 6]
    const reasons = [...why].map(([error, count]) => `${count} × ${error}`).join('; ')
    lines.push(
      `${cells.map((cell, i) => String(cell).padStart(widths[i] ?? 0)).join('')}  ${reasons}`,
    )
  }
  return lines.join('\n')
}
