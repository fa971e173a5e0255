/** What one signal over many calls costs: a shutdown signal, or that of a host which never aborts. */
import type { Handler } from '@holdfast/core'

import { realStack } from './holdfast.ts'
import { median, timed } from './measure.ts'

const IN_FLIGHT = 10_000
const ROUNDS = 9

/** Starts all calls, then answers them all. */
const batch = async (signal: AbortSignal | undefined): Promise<void> => {
  const options = signal === undefined ? {} : { signal }
  const calls: Promise<string>[] = []
  for (let i = 0; i < IN_FLIGHT; i++) calls.push(chat('hi', options))
  for (const answer of waiting.splice(0)) answer('answer')
  await Promise.all(calls)
}

const waiting: ((answer: string) => void)[] = []
const chat: Handler<string, string> = realStack(
  () => new Promise((resolve) => void waiting.push(resolve)),
)

/** The cost of a call with 10,000 in flight on one signal, over the cost of one with 10,000 in flight on none. */
export const sharedSignalRatio = async (): Promise<number> => {
  const { signal } = new AbortController()
  const ratios: number[] = []
  for (let round = -2; round < ROUNDS; round++) {
    globalThis.gc?.()
    const withOne = round % 2 === 0 ? await timed(() => batch(signal)) : undefined
    globalThis.gc?.()
    const none = await timed(() => batch(undefined))
    globalThis.gc?.()
    const ms = withOne ?? (await timed(() => batch(signal)))
    if (round >= 0) ratios.push(ms / none)
  }
  return median(ratios)
}
