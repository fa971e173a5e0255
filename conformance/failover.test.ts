import { startFaultServer, type FaultServer } from '@holdfast/chaos'
import { fallback } from '@holdfast/fallback'
import { endpoint, resilientFetch } from '@holdfast/fetch'
import { expect, it } from 'vitest'

import { answerOf } from './answer.ts'
import { consume } from './cell.ts'
import { CLIENTS } from './clients/table.ts'
import { CASES, type Case } from './faults.ts'
import { again, holdfast, patience } from './holdfast.ts'
import { carriesPartial, sawOf, type Shown } from './judge.ts'

/** A real SDK may take its time on a busy machine. */
const SLOW = { timeout: 20_000 }

const caseOf = (fault: string, phase: string): Case => {
  const one = CASES.find((entry) => entry.fault === fault && entry.phase === phase)
  if (one === undefined) throw new Error(`no ${fault}`)
  return one
}

/** One question to two servers: the first always fails so, the second is well and says other words. */
const ask = async (
  client: string,
  { spec }: Case,
): Promise<{
  readonly shown: Shown
  readonly first: FaultServer
  readonly second: FaultServer
}> => {
  const faults = spec === undefined ? [] : [spec]
  await using first = await startFaultServer(
    { phases: [{ faults }] },
    { answer: (_request, attempt) => answerOf('text', attempt) },
  )
  await using second = await startFaultServer(
    { phases: [] },
    { answer: (_request, attempt) => answerOf('text', attempt + 10) },
  )
  const reader = CLIENTS.find((entry) => entry.name === client)
  if (reader === undefined) throw new Error(`no ${client}`)
  const under = reader.protocol === 'messages' || reader.protocol === 'gemini' ? '' : '/v1'
  const targets = [first, second].map(({ url }, at) =>
    endpoint({ id: `server ${at + 1}`, baseURL: url + under }),
  )
  const fetch = resilientFetch([fallback(targets), again(), patience()])
  const stack = { ...holdfast(), fetch }
  const shown = await consume(reader.read({ url: first.url, prompt: 'hello', stack }), 9_000)
  return { shown, first, second }
}

const some = ['openai 7 chat', 'openai 6 responses', 'anthropic, fetch', '@google/genai']

it.concurrent.each(
  some.flatMap((client) =>
    ['503', 'cut, half a JSON line', 'HTML 200'].map((fault) => [client, fault] as const),
  ),
)(
  '%s, %s before the first content: the second server answers, unseen',
  SLOW,
  async (client, fault) => {
    const { shown, first, second } = await ask(client, caseOf(fault, 'before'))
    expect(sawOf(shown)).toBe('complete')
    expect(first.log.length).toBeGreaterThan(0)
    expect(second.log).toHaveLength(1)
  },
)

it.concurrent.each(some)(
  '%s, cut after it: the second server is not asked, and nothing is spliced',
  SLOW,
  async (client) => {
    const { shown, first, second } = await ask(client, caseOf('cut half-way', 'after'))
    expect(sawOf(shown)).toBe('one error')
    expect(carriesPartial(shown)).toBe(true)
    expect([first.log.length, second.log.length]).toStrictEqual([1, 0])
  },
)
