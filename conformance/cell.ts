import { setTimeout as sleep } from 'node:timers/promises'

import { startFaultServer } from '@holdfast/chaos'

import { answerOf } from './answer.ts'
import { startBadLine } from './bad-line.ts'
import type { Ask, Client, Delta } from './clients/client.ts'
import { stallsForEver, type Case, type Phase } from './faults.ts'
import { carriesPartial, sawOf, type Saw, type Shown } from './judge.ts'
import type { Stack } from './stack.ts'

/** One cell of the table: what one consumer saw of one fault. */
export interface Row {
  readonly stack: Stack['name']
  readonly fault: string
  readonly phase: Phase
  readonly client: string
  readonly saw: Saw
  readonly requests: number
  readonly ms: number
  readonly right: boolean
}

/** Longer than the retries of any client, whose own waits are up to 2 s. */
const BOUND_MS = 9_000
/** As they come, none has a limit below a minute: who has not noticed a silence by now hangs. */
const STALL_BOUND_MS = 1_500
const STEP_MS = 100

/** Waits in steps: on a machine so busy that timers come late, it waits for longer, as what is waited for does. */
const outlast = async (ms: number, signal: AbortSignal): Promise<boolean> => {
  const step = Math.min(ms, STEP_MS)
  for (let left = ms; left > 0 && !signal.aborted; left -= step)
    await sleep(step, undefined, { signal }).catch(() => {})
  return true
}

/** Reads to the end, to an error, or to the bound, whichever comes first. */
export const consume = async (deltas: AsyncIterable<Delta>, boundMs: number): Promise<Shown> => {
  let text = ''
  const errors: unknown[] = []
  const read = async (): Promise<boolean> => {
    try {
      for await (const delta of deltas)
        if ('error' in delta) errors.push(delta.error)
        else text += delta.text
    } catch (error) {
      errors.push(error)
    }
    return false
  }
  const over = new AbortController()
  const hung = await Promise.race([read(), outlast(boundMs, over.signal)])
  over.abort()
  // A copy: who hangs may still be told something when the server goes away.
  return { text, errors: [...errors], hung }
}

/** Without the end that the protocol wants, nobody can know that a whole text is whole. */
const unsaid = (phase: Phase, saw: Saw, requests: number): Saw =>
  phase === 'after' && saw === 'complete' && requests === 1 ? 'silent cut' : saw

/** Only a whole answer is right before the first content, only one error with what had come after it. */
const isRight = ({ phase, orError }: Case, saw: Saw, requests: number): boolean =>
  phase === 'after'
    ? saw === 'one error' && requests === 1
    : saw === 'complete' || (orError === true && saw === 'one error')

/** Runs a client against a server of its own that fails the first attempt. */
export const runCell = async (makeStack: () => Stack, one: Case, client: Client): Promise<Row> => {
  // A new one for each cell: what one has learned must not help another.
  const stack = makeStack()
  const { fault, phase, spec, distort, shape = 'text' } = one
  const faults = spec === undefined ? [] : [{ ...spec, attempts: 1 }]
  await using server = await startFaultServer(
    { phases: [{ faults }] },
    { answer: (_request, attempt) => answerOf(shape, attempt) },
  )
  await using line = distort && (await startBadLine(server.url, distort))
  const { url } = line ?? server
  const ask: Ask = { url, prompt: `${fault} for ${client.name}`, stack }
  const start = performance.now()
  const patient = stack.retries || !stallsForEver(one)
  const shown = await consume(client.read(ask), patient ? BOUND_MS : STALL_BOUND_MS)
  const ms = Math.round(performance.now() - start)
  const requests = server.log.length
  const said = unsaid(phase, sawOf(shown), requests)
  // Holdfast promises more than that an error comes: it says what broke and carries what had come.
  const bare = stack.name === 'holdfast' && phase === 'after' && !carriesPartial(shown)
  const saw = said === 'one error' && bare ? 'bare error' : said
  return {
    stack: stack.name,
    fault,
    phase,
    client: client.name,
    saw,
    requests,
    ms,
    right: isRight(one, saw, requests),
  }
}
