import type { TestClock } from '../clock.ts'
import { MAX_STEPS } from './harness.ts'

/** What was read of a stream so far. */
export interface Read {
  text: string
  /** Set when the reading is over; `error` when it was broken off. */
  end: { readonly error?: unknown } | undefined
}

/** Reads a stream as its consumer does, in the background. */
export const readAll = (stream: AsyncIterable<string>): Read => {
  const read: Read = { text: '', end: undefined }
  const reading = async (): Promise<void> => {
    for await (const chunk of stream) read.text += chunk
  }
  void reading().then(
    () => (read.end = {}),
    (error: unknown) => (read.end = { error }),
  )
  return read
}

/** Turns the clock until the reading is over: a policy may look for a while for what is to follow a break. */
export const endOf = async (read: Read, clock: TestClock): Promise<Read['end']> => {
  for (let step = 0; step < MAX_STEPS; step++) {
    if (read.end !== undefined) break
    await clock.advance(1_000)
  }
  return read.end
}
