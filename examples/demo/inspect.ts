import type { Events } from '@holdfast/core'
import { inspector } from '@holdfast/inspector'
import { monitor, type PriceSource } from '@holdfast/monitor'
import { genaiPrices } from '@holdfast/monitor/genai-prices'

import { CLAUDE, GPT, type App, type Places } from './app.ts'
import { play } from './contest.ts'
import { badDay } from './day.ts'
import { withHoldfast } from './with-holdfast.ts'
import { workloadOf } from './workload.ts'

/** Long enough to look at what happens while it happens. */
const LENGTH_MS = 60_000

/** A request that timed out names no model, and this app asks one of each provider. */
const prices = (): PriceSource => {
  const known = genaiPrices()
  return {
    costOf: (usage, at) =>
      known.costOf(usage, { ...at, model: at.model ?? (at.provider === 'openai' ? GPT : CLAUDE) }),
  }
}

/** The bad day of holdfast alone, again and again, with a page on which it can be watched. */
export const playInspected = async (seed: number, port: number): Promise<void> => {
  const page = inspector([], { monitor: monitor({ prices: prices() }), prompts: true })
  const { url } = await page.listen(port)
  console.log(`The day of holdfast is to be seen on ${url} (Ctrl-C ends it)`)
  for (let day = seed; ; day++) {
    let stop = (): void => {}
    const build = (places: Places, events: Events): App => {
      stop = page.watch({ events })
      return withHoldfast(places, events)
    }
    const score = await play(build, badDay(day, LENGTH_MS), workloadOf(day, LENGTH_MS), () => {})
    stop()
    console.log(
      `day ${day}: ${score.calls} calls, ${(score.correct * 100).toFixed(1)} % answered right`,
    )
  }
}
