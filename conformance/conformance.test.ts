import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { startFaultServer } from '@holdfast/chaos'
import { resilientFetch } from '@holdfast/fetch'
import { streamText, type LanguageModel } from 'ai'
import { describe, expect, it } from 'vitest'

import { amplify } from './amplification.ts'
import { amountOf, answerOf, words, WORDS } from './answer.ts'
import { consume, runCell, type Row } from './cell.ts'
import type { Client, Delta } from './clients/client.ts'
import { CLIENTS } from './clients/table.ts'
import { CASES } from './faults.ts'
import { holdfast } from './holdfast.ts'
import { carriesPartial, sawOf } from './judge.ts'
import { sumsOf } from './run.ts'
import { asTheyCome, ATTEMPTS, type Stack } from './stack.ts'

/** A real SDK may take its time on a busy machine. */
const SLOW = { timeout: 20_000 }

const cell = (
  fault: string,
  phase: string,
  client: string,
  stack: () => Stack = asTheyCome,
): Promise<Row> => {
  const one = CASES.find((entry) => entry.fault === fault && entry.phase === phase)
  const reader = CLIENTS.find((entry) => entry.name === client)
  if (one === undefined || reader === undefined) throw new Error(`no ${fault}, or no ${client}`)
  return runCell(stack, one, reader)
}

describe('the words tell', () => {
  const whole = words(1)
  it.each([
    ['a whole answer', whole, 'whole'],
    ['a whole answer of a later attempt', words(3), 'whole'],
    ['nothing', '', 'part'],
    ['a cut', whole.slice(0, 40), 'part'],
    ['a hole', whole.replace('a12 ', ''), 'part'],
    ['an answer said twice', `${whole.slice(0, 40)}${words(2)}`, 'duplicate'],
    ['a word said twice', `${words(1, 1, 5)} ${words(1, 5)}`, 'duplicate'],
    ['two answers in one', `${words(1, 1, 5)} ${words(2, 6)}`, 'splice'],
    ['words in the arguments of a tool', `${words(1, 1, 8)} {"words":"${words(1, 9)}"}`, 'whole'],
  ] as const)('%s', (_title, text, amount) => {
    expect(amountOf(text)).toBe(amount)
  })

  it('and there are as many as there should be', () => {
    expect(whole.split(' ')).toHaveLength(WORDS)
  })
})

describe('the judge', () => {
  const shown = { text: words(1, 1, 5), errors: [], hung: false }

  it('calls a partial answer without an error a silent cut, with one an error, with two errors', () => {
    expect(sawOf(shown)).toBe('silent cut')
    expect(sawOf({ ...shown, errors: [new Error()] })).toBe('one error')
    expect(sawOf({ ...shown, errors: [new Error(), new Error()] })).toBe('errors')
    expect(sawOf({ ...shown, hung: true })).toBe('hang')
    expect(sawOf({ ...shown, text: words(1) })).toBe('complete')
  })

  it('counts what was shown twice before how it ended', () => {
    const text = `${words(1, 1, 5)} ${words(2)}`
    expect(sawOf({ text, errors: [new Error()], hung: true })).toBe('duplicate')
  })

  it('finds the partial text in an error, however deep, and compares it with what was shown', () => {
    const interrupted = (text: string): Error => {
      const partial = { text, tools: [] }
      const inner = Object.assign(new Error(), { code: 'HOLDFAST_STREAM_INTERRUPTED', partial })
      return new Error('outer', { cause: inner })
    }
    expect(carriesPartial({ ...shown, errors: [interrupted(shown.text)] })).toBe(true)
    expect(carriesPartial({ ...shown, errors: [interrupted('a01')] })).toBe(false)
    expect(carriesPartial({ ...shown, errors: [new TypeError('terminated')] })).toBe(false)
  })

  it('waits no longer than the bound', async () => {
    async function* silent(): AsyncGenerator<Delta> {
      yield { text: 'a01 ' }
      await new Promise(() => {})
    }
    expect(await consume(silent(), 20)).toStrictEqual({ text: 'a01 ', errors: [], hung: true })
  })

  it('adds up', () => {
    const rows = (['one error', 'silent cut', 'hang', 'splice', 'duplicate'] as const).map(
      (saw): Row => ({
        stack: 'holdfast',
        fault: '',
        phase: 'after',
        client: '',
        saw,
        requests: 1,
        ms: 1,
        right: saw === 'one error',
      }),
    )
    const one = { right: 1, silentCuts: 1, duplicates: 1, splices: 1, hangs: 1 }
    expect(sumsOf(rows)).toStrictEqual({ cells: 5, ...one })
  })
})

describe('the clients as they come, as was observed of each', () => {
  it.concurrent.each([
    ['openai 7 chat', 'silent cut'],
    ['openai 6 responses', 'silent cut'],
    ['anthropic, fetch', 'silent cut'],
    ['@google/genai', 'silent cut'],
    ['ai 7 openai', 'silent cut'],
  ])('%s ends a cut stream as if it were whole', SLOW, async (client, saw) => {
    const row = await cell('cut, clean close', 'after', client)
    expect(row).toMatchObject({ saw, requests: 1, right: false })
  })

  it.concurrent('but a broken connection is an error of its own', SLOW, async () => {
    const row = await cell('cut, reset', 'after', 'openai 7 chat')
    expect(row).toMatchObject({ saw: 'one error', right: true })
  })

  it.concurrent('openai retries a 429, a hand-written loop does not', SLOW, async () => {
    const sdk = await cell('429', 'before', 'openai 7 chat')
    expect(sdk).toMatchObject({ saw: 'complete', requests: 2, right: true })
    const loop = await cell('429', 'before', 'fetch, chat')
    expect(loop).toMatchObject({ saw: 'one error', requests: 1, right: false })
  })

  it.concurrent('openai 6 takes an error frame of Responses for an event', SLOW, async () => {
    const row = await cell('error frame mid-text', 'after', 'openai 6 responses')
    expect(row).toMatchObject({ saw: 'silent cut', right: false })
  })

  it.concurrent('the AI SDK told to retry streams shows the text twice', SLOW, async () => {
    const failing = {
      fault: 'error-event',
      after: 0.5,
      problem: 'overloaded',
      attempts: 1,
    } as const
    await using server = await startFaultServer(
      { phases: [{ faults: [failing] }] },
      { answer: (_request, attempt) => answerOf('text', attempt) },
    )
    const model = createOpenAI({ apiKey: 'none', baseURL: `${server.url}/v1` })('gpt-5')
    const { textStream } = streamText({
      model,
      prompt: 'twice',
      streamRetries: 1,
      onError: () => {},
    })
    let text = ''
    for await (const delta of textStream) text += delta
    expect(sawOf({ text, errors: [], hung: false })).toBe('duplicate')
  })

  it.concurrent('a stall in the text hangs', SLOW, async () => {
    const row = await cell('stall mid-text', 'after', 'anthropic, fetch')
    expect(row).toMatchObject({ saw: 'hang', right: false })
  })

  it.concurrent.each(CLIENTS.map((client) => client.name))(
    '%s shows a healthy answer whole',
    SLOW,
    async (client) => {
      const row = await cell('none', 'harmless', client)
      expect(row).toMatchObject({ saw: 'complete', requests: 1, right: true })
    },
  )
})

describe('the same clients through holdfast', () => {
  const some = [
    'openai 7 chat',
    'openai 6 responses',
    'anthropic, middleware',
    '@google/genai',
    'ai 7 openai',
    'ai 6 anthropic',
    'async generator',
  ]

  it.concurrent.each(some)('%s: a cut is an error with what had come', SLOW, async (client) => {
    const row = await cell('cut, clean close', 'after', client, holdfast)
    expect(row).toMatchObject({ saw: 'one error', requests: 1, right: true })
  })

  it.concurrent.each(some)('%s: before the first content nobody sees it', SLOW, async (client) => {
    const row = await cell('cut, half a JSON line', 'before', client, holdfast)
    expect(row).toMatchObject({ saw: 'complete', requests: 2, right: true })
  })

  // What each of them stumbles over as it comes.
  it.concurrent.each([
    ['events that say nothing', 'openai 7 chat'],
    ['ids and retry', '@google/genai'],
    ['data on several lines', 'fetch, messages'],
    ['a word after [DONE]', 'fetch, chat'],
    ['reset after the end', 'ai 7 openai, fetch'],
    ['CR in slivers', 'ai 7 openai, fetch'],
  ])('%s over a bad line do no harm to %s', SLOW, async (fault, client) => {
    const row = await cell(fault, 'harmless', client, holdfast)
    expect(row).toMatchObject({ saw: 'complete', requests: 1 })
  })

  it.concurrent.each([
    ['cut in gzip', 'anthropic, fetch'],
    ['cut in a letter', 'openai 6 responses'],
    ['cut, in capitals', 'groq-sdk'],
    ['cut, called bytes', '@google/genai'],
  ])('%s: an error for %s', SLOW, async (fault, client) => {
    const row = await cell(fault, 'after', client, holdfast)
    expect(row).toMatchObject({ saw: 'one error', requests: 1, right: true })
  })

  it.concurrent.each(['no last blank line', 'CR in slivers'])(
    'the AI SDK, whose parser loses the end of %s, gets it with a fetch of ours below the model',
    SLOW,
    async (fault) => {
      const one = CASES.find((entry) => entry.fault === fault)
      const below: Client = {
        name: 'both',
        protocol: 'messages',
        async *read({ url, prompt, stack }) {
          const provider = createAnthropic({
            apiKey: 'none',
            baseURL: `${url}/v1`,
            fetch: resilientFetch([]),
          })
          const model = stack.model(provider('claude-sonnet-5')) as LanguageModel
          const { textStream } = streamText({ model, prompt, onError: () => {} })
          for await (const delta of textStream) yield { text: delta }
        },
      }
      expect(await runCell(holdfast, one!, below)).toMatchObject({ saw: 'complete', requests: 1 })
    },
  )

  it.concurrent.each(some)('%s: as many requests as attempts', SLOW, async (client) => {
    const reader = CLIENTS.find((entry) => entry.name === client)
    if (reader === undefined) throw new Error(`no ${client}`)
    expect(await amplify(holdfast, reader)).toMatchObject({ requests: ATTEMPTS })
  })
})
