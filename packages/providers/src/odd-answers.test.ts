import { describe, expect, test } from 'vitest'

import { ODD_ANSWERS } from '../test/odd-answers.ts'
import { readStream } from '../test/read-stream.ts'
import { auto } from './auto.ts'
import { gemini } from './gemini.ts'
import { openAIChat } from './openai-chat.ts'

const WHOLE = ODD_ANSWERS.filter(({ whole }) => whole !== undefined)
const STREAMED = ODD_ANSWERS.filter(({ chunks }) => chunks !== undefined)

describe('what is allowed and hardly ever sent', () => {
  test.each(WHOLE)('whole: $name', ({ dialect, whole, reads }) => {
    expect(dialect.isResponse(whole)).toBe(true)
    expect(dialect.read(whole)).toMatchObject(reads)
    expect(auto.read(whole)).toMatchObject(reads)
  })

  test.each(STREAMED)('as a stream: $name', ({ dialect, chunks = [], reads }) => {
    const { seen } = readStream(dialect.stream!, chunks)
    expect(seen).toMatchObject({ ...reads, ended: true, toolOpen: false, error: undefined })
    expect(readStream(auto.stream!, chunks).seen).toEqual(seen)
  })
})

describe('the text of such an answer', () => {
  test.each(STREAMED)('is cut by `auto` as by its dialect, chunk by chunk: $name', (odd) => {
    for (const chunk of odd.chunks ?? [])
      expect(auto.stream!.withoutText!(chunk, 1)).toEqual(
        odd.dialect.stream!.withoutText!(chunk, 1),
      )
  })

  const ONE = WHOLE.filter(({ whole }) => !Array.isArray(whole))

  test.each(ONE)('is cut where it is read: $name', ({ dialect, whole }) => {
    const { text } = dialect.read(whole)
    for (let chars = 0; chars <= text.length + 1; chars++) {
      const shorter = dialect.stream!.withoutText!(whole, chars)
      expect(dialect.read(shorter).text).toBe(text.slice(chars))
      expect(JSON.stringify(shorter).match(/no/g)).toEqual(JSON.stringify(whole).match(/no/g))
      expect(auto.stream!.withoutText!(whole, chars)).toEqual(shorter)
    }
  })

  test.each(ONE)('is joined with its like, all else as it was: $name', ({ dialect, whole }) => {
    const once = dialect.read(whole)
    const twice = dialect.read(dialect.join!([whole, whole]))
    expect(twice.text).toBe(once.text + once.text)
    expect(twice.finish).toBe(once.finish)
    expect(twice.tools.slice(0, once.tools.length).map(({ name }) => name)).toEqual(
      once.tools.map(({ name }) => name),
    )
    expect(twice.usage.inputTokens).toBe(once.usage.inputTokens * 2)
  })

  test('of nothing and nothing is nothing', () => {
    const empty = {
      choices: [{ index: 0, message: { content: null, tool_calls: null }, finish_reason: 'stop' }],
      usage: null,
    }
    expect(openAIChat.join!([empty, empty])).toEqual(empty)
  })

  test('in parts goes on as a text, and the other way round', () => {
    const answer = (content: unknown): never =>
      ({ choices: [{ index: 0, message: { content }, finish_reason: 'stop' }] }) as never
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'Hel' },
    ]
    const read = (...all: unknown[]): unknown => openAIChat.read(openAIChat.join!(all.map(answer)))
    expect(read(parts, 'lo')).toMatchObject({ text: 'Hello', reasoning: 'hm' })
    expect(read('Oh, ', parts)).toMatchObject({ text: 'Oh, Hel', reasoning: 'hm' })
    expect(read(null, parts)).toMatchObject({ text: 'Hel' })
    expect(read(parts, null)).toMatchObject({ text: 'Hel' })
    expect(read('Hi', null)).toMatchObject({ text: 'Hi' })
  })

  test('counts that stand in lists stay in lists', () => {
    const answer = {
      candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokensDetails: [{ modality: 'TEXT', tokenCount: 4 }] },
    }
    expect(gemini.join!([answer, answer])).toMatchObject({
      usageMetadata: { promptTokensDetails: [{ modality: 'TEXT', tokenCount: 8 }] },
    })
  })
})

describe('several choices in one stream', () => {
  const chunk = (index: number, content: string, finish_reason: string | null = null): object => ({
    choices: [{ index, delta: { content }, finish_reason }],
  })

  test('R-5 is not over while one of them goes on', () => {
    const chunks = [chunk(0, 'Hi'), chunk(1, 'Ho'), chunk(0, '', 'stop'), chunk(1, 'ho')]
    expect(readStream(openAIChat.stream!, chunks).seen.ended).toBe(false)
    const whole = [...chunks, chunk(1, '', 'stop')]
    expect(readStream(openAIChat.stream!, whole).seen).toMatchObject({ text: 'Hi', ended: true })
  })

  test('R-6 each of them is progress', () => {
    const chunks = [chunk(1, 'Ho'), chunk(0, 'Hi')]
    expect(readStream(openAIChat.stream!, chunks).contents).toEqual(['text', 'text'])
  })
})

test('R-6 a call that comes piece by piece is progress, and open until its last piece', () => {
  const piece = (functionCall: object): object => ({
    candidates: [{ content: { parts: [{ functionCall }] } }],
  })
  const partialArgs = [{ jsonPath: '$.a', stringValue: 'x' }]
  const chunks = [
    piece({ name: 'f', willContinue: true }),
    piece({ partialArgs, willContinue: true }),
    piece({}),
  ]
  const { seen, contents } = readStream(gemini.stream!, chunks.slice(0, 2))
  expect(seen.toolOpen).toBe(true)
  expect(contents).toEqual(['-', 'tool'])
  expect(readStream(gemini.stream!, chunks).seen.toolOpen).toBe(false)
})

test('R-5 the text "null" ends no stream: some gateways write it so', () => {
  const chunk = { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'null' }] }
  expect(readStream(openAIChat.stream!, [chunk]).seen).toMatchObject({ ended: false })
})

test('R-6 each piece of a sound is progress, and all of them are one file', () => {
  const chunk = (audio: object): object => ({ choices: [{ index: 0, delta: { audio } }] })
  const chunks = [
    chunk({ id: 'a' }),
    chunk({ data: 'x' }),
    chunk({ transcript: 'Hi' }),
    chunk({ data: 'y' }),
  ]
  const { seen, contents } = readStream(openAIChat.stream!, chunks)
  expect(contents).toEqual(['-', 'file', 'file', 'file'])
  expect(seen.files).toBe(1)
})
