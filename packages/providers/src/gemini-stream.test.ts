import { expect, test } from 'vitest'

import { readStream } from '../test/read-stream.ts'
import { geminiStream } from './gemini-stream.ts'

const candidate = (more: object): object => ({ candidates: [{ index: 0, ...more }] })

test('a blocked prompt has no candidates, and ends all the same', () => {
  const { seen } = readStream(geminiStream, [
    {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 5 },
    },
  ])
  expect(seen).toMatchObject({
    ended: true,
    finish: 'content-filter',
    blocked: 'PROHIBITED_CONTENT',
    error: undefined,
  })
  expect(seen.usage.inputTokens).toBe(5)
})

test('a filtered answer tells the category that was rated', () => {
  const safetyRatings = [
    { category: 'HARM_CATEGORY_HARASSMENT', probability: 'LOW' },
    { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true },
  ]
  const { seen } = readStream(geminiStream, [candidate({ finishReason: 'SAFETY', safetyRatings })])
  expect(seen.blocked).toBe('HARM_CATEGORY_DANGEROUS_CONTENT')
})

test('usage is cumulative, and thoughts are output', () => {
  const counted = (candidatesTokenCount: number): object => ({
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount, thoughtsTokenCount: 2 },
  })
  const { seen } = readStream(geminiStream, [counted(1), counted(5)])
  expect(seen.usage).toMatchObject({ inputTokens: 9, outputTokens: 7, reasoningTokens: 2 })
})

test('calls without ids are two calls, also of one name', () => {
  const parts = [1, 2].map((a) => ({ functionCall: { name: 'f', args: { a } } }))
  const { seen } = readStream(geminiStream, [
    candidate({ content: { parts }, finishReason: 'STOP' }),
  ])
  expect(seen.tools.map((tool) => tool.arguments)).toEqual(['{"a":1}', '{"a":2}'])
  expect(seen).toMatchObject({ finish: 'tool-calls', toolOpen: false })
})

test('pictures are files', () => {
  const parts = [{ inlineData: { mimeType: 'image/png', data: 'iVBORw' } }]
  const { seen, contents } = readStream(geminiStream, [candidate({ content: { parts } })])
  expect(contents).toEqual(['file'])
  expect(seen.files).toBe(1)
})
