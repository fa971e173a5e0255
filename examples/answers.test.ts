import Anthropic from '@anthropic-ai/sdk'
import { invoicePrompt, readInvoice, startFaultServer } from '@holdfast/chaos'
import type { Answerer, FaultServer, FaultSpec } from '@holdfast/chaos'
import { recordEvents } from '@holdfast/testing'
import { EmptyAnswerError, RefusedError, TruncatedAnswerError } from '@holdfast/validators'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'

import { nameFinder, namesIn, split } from './chunked.ts'
import { extractInvoice, invoiceRequest } from './extract-invoice.ts'
import { longAnswer, storyOf, storyRequest, storyteller, textOf } from './long-answer.ts'

let server: FaultServer
afterEach(() => server.close())

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )
const start = async (faults: readonly FaultSpec[], answer?: Answerer): Promise<void> => {
  server = await startFaultServer({ phases: [{ faults }] }, answer === undefined ? {} : { answer })
}
const openai = (): OpenAI =>
  new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 })

describe('extract-invoice.ts', () => {
  const invoice = {
    id: 'R-17',
    customer: 'Hafen AG',
    totalCents: 4400,
    items: [{ description: 'rope', quantity: 2, unitCents: 2200 }],
  }
  const prompt = invoicePrompt(invoice)

  test('the value comes out of a fence and prose', async () => {
    await start([{ fault: 'fenced-json' }])
    expect(await extractInvoice(openai())(invoiceRequest(prompt))).toEqual(invoice)
    expect(server.stats().requests).toBe(1)
  })

  test('the schema is asked for by the means of the wire', async () => {
    const bodies: unknown[] = []
    await start([], ({ body }) => {
      bodies.push(body)
      return JSON.stringify(invoice)
    })
    await extractInvoice(openai())(invoiceRequest(prompt))
    expect(bodies).toMatchObject([
      { response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } } },
    ])
  })

  test('a wrong shape is shown to the model, which then gets it right; both rounds are billed', async () => {
    await start([], ({ input, prompt: last }) => {
      const { totalCents, ...rest } = readInvoice(input) ?? invoice
      return JSON.stringify(last === prompt ? rest : { ...rest, totalCents })
    })
    const extract = extractInvoice(openai())
    const events = recordEvents(extract)
    const { response, report } = await extract.withReport(invoiceRequest(prompt))
    expect(response).toEqual(invoice)
    expect(events.map(({ type }) => type)).toContain('json:reasked')
    const { attempts, totalUsage } = await report
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
    expect(totalUsage).toMatchObject({
      inputTokens: server.stats().inputTokens,
      outputTokens: server.stats().outputTokens,
    })
  })

  test('a cut answer is asked for again with more tokens, not repaired', async () => {
    await start([])
    const extract = extractInvoice(openai())
    const events = recordEvents(extract)
    expect(await extract({ ...invoiceRequest(prompt), max_completion_tokens: 12 })).toEqual(invoice)
    expect(events.map(({ type }) => type)).toContain('truncation:increased')
    expect(events.map(({ type }) => type)).not.toContain('json:reasked')
  })

  test('a refusal goes to a human: it is one error, and the audit hears of it', async () => {
    await start([{ fault: 'refusal' }])
    const extract = extractInvoice(openai())
    const events = recordEvents(extract)
    expect(RefusedError.is(await failureOf(extract(invoiceRequest(prompt))))).toBe(true)
    expect(events.filter(({ type }) => type === 'refusal:routed')).toMatchObject([
      { way: 'escalate' },
    ])
    expect(server.stats().requests).toBe(1)
  })
})

describe('long-answer.ts', () => {
  const claude = (): Anthropic =>
    new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0 })

  test('a story is told to its end in several answers, without a word twice', async () => {
    const story = storyOf(12)
    await start([], storyteller(story))
    const { response, report } = await longAnswer(claude()).withReport(storyRequest('A story!'))
    expect(textOf(response)).toBe(story)
    expect(response.stop_reason).toBe('end_turn')
    const { attempts, totalUsage } = await report
    expect(attempts.length).toBeGreaterThan(2)
    expect(totalUsage.outputTokens).toBe(server.stats().outputTokens)
    // What serves is the joined answer, with the tokens of its parts.
    expect(response.usage.output_tokens).toBe(server.stats().outputTokens)
  })

  test('a story that does not end is one error, with all that was told', async () => {
    const story = storyOf(60)
    await start([], storyteller(story))
    const error = await failureOf(longAnswer(claude())(storyRequest('A story!')))
    expect(TruncatedAnswerError.is(error)).toBe(true)
    expect(story.startsWith((error as TruncatedAnswerError).output)).toBe(true)
    expect(server.stats().requests).toBe(6)
  })

  test('thoughts that ate the limit leave nothing to go on with', async () => {
    await start([], () => ({ reasoning: 'hm '.repeat(50), text: '' }))
    expect(
      EmptyAnswerError.is(await failureOf(longAnswer(claude())(storyRequest('A story!')))),
    ).toBe(true)
  })
})

describe('chunked.ts', () => {
  const document = Array.from(
    { length: 40 },
    (_, i) => `On day ${i} came ${i % 2 ? 'Alan Turing' : 'Ada Lovelace'} to the harbour.`,
  ).join('\n\n')

  test('a document is split at paragraphs, no piece longer than it may be, nothing lost', () => {
    const pieces = split(document, 300)
    expect(pieces.length).toBeGreaterThan(5)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(300)
    expect(pieces.join('\n\n')).toBe(document)
    expect(split('x'.repeat(900), 300)).toHaveLength(1)
  })

  test('all names are found, in order and once, however the day goes', async () => {
    await start([{ fault: 'overloaded', probability: 0.5, attempts: 1 }], nameFinder)
    const names = await namesIn(openai(), `${document}\n\nGrace Hopper came last.`, {
      maxChars: 400,
    })
    expect(names).toEqual(['Ada Lovelace', 'Alan Turing', 'Grace Hopper'])
    expect(server.stats().requests).toBeGreaterThan(split(document, 400).length)
  })
})
