import { startFaultServer } from '@holdfast/chaos'

import { consume } from './cell.ts'
import type { Client } from './clients/client.ts'
import { ATTEMPTS, type Stack } from './stack.ts'

/** How many requests a client made of a call that was allowed so many attempts. */
export interface Amplified {
  readonly client: string
  readonly attempts: number
  readonly requests: number
}

const BOUND_MS = 9_000

/** Counts the requests of one call to a server that always says 429, with the SDK's own retries left as they are. */
export const amplify = async (makeStack: () => Stack, client: Client): Promise<Amplified> => {
  await using server = await startFaultServer({
    phases: [{ faults: [{ fault: 'rate-limited', retryAfterMs: 10 }] }],
  })
  const ask = {
    url: server.url,
    prompt: 'again and again',
    stack: makeStack(),
    careless: true,
  }
  await consume(client.read(ask), BOUND_MS)
  return { client: client.name, attempts: ATTEMPTS, requests: server.log.length }
}
