import { describe, expect, test } from 'vitest'

import { readStream } from '../test/read-stream.ts'
import { chatStream } from './openai-chat-stream.ts'

const chunk = (delta: object, finish_reason: string | null = null): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, delta, finish_reason }],
})
const role = chunk({ role: 'assistant', content: '' })
const read = (...chunks: readonly object[]): ReturnType<typeof readStream> =>
  readStream(chatStream, chunks)

describe('what is said', () => {
  test('R-6 the first content is the first text, not the first chunk', () => {
    const { seen, contents } = read(role, chunk({ content: 'Hel' }), chunk({ content: 'lo' }))
    expect(contents).toEqual(['-', 'text', 'text'])
    expect(seen).toMatchObject({ text: 'Hello', id: 'chatcmpl-1', ended: false })
  })

  test.each(['reasoning_content', 'reasoning'])('thinking comes as %s', (name) => {
    const { seen, contents } = read(role, chunk({ [name]: 'hm' }), chunk({ content: 'Hi' }))
    expect(contents).toEqual(['-', 'reasoning', 'text'])
    expect(seen).toMatchObject({ reasoning: 'hm', text: 'Hi' })
  })

  test("Mistral's thinking comes in parts", () => {
    const thinking = [{ type: 'text', text: 'hm' }]
    const { seen, contents } = read(
      chunk({ content: [{ type: 'thinking', thinking }] }),
      chunk({ content: [{ type: 'text', text: 'Hi' }] }),
    )
    expect(contents).toEqual(['reasoning', 'text'])
    expect(seen).toMatchObject({ reasoning: 'hm', text: 'Hi' })
  })

  test('R-75 a refusal is read as text, and the "stop" that ends it as a refusal', () => {
    const { seen, contents } = read(
      role,
      chunk({ refusal: 'I ' }),
      chunk({ refusal: 'cannot.' }),
      chunk({}, 'stop'),
    )
    expect(contents).toEqual(['-', 'text', 'text', '-'])
    expect(seen).toMatchObject({ text: '', refusal: 'I cannot.', finish: 'refusal', ended: true })
  })

  test('of several choices the first is the answer', () => {
    const other = { choices: [{ index: 1, delta: { content: 'No' }, finish_reason: 'stop' }] }
    const { seen } = read(chunk({ content: 'Hi' }), other)
    expect(seen).toMatchObject({ text: 'Hi', ended: false })
  })
})

test.each([
  { role: 'assistant' },
  { refusal: 'No' },
  { reasoning: 'hm' },
  { reasoning_content: 'hm' },
  { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }] },
  { toolCalls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }] },
  { function_call: { name: 'f', arguments: '{' } },
  { images: [{}] },
  { audio: { data: 'UklG' } },
])('text hides nothing of what comes with it: %j', (beside) => {
  for (const content of ['Hi', '', null, [{ type: 'text', text: 'Hi' }]]) {
    const { seen } = read(chunk({ content, ...beside }))
    expect(seen).toMatchObject({
      ...read(chunk(beside)).seen,
      content: seen.content,
      text: seen.text,
    })
    expect(seen.text).toBe(content ? 'Hi' : '')
  }
})

describe('tool calls', () => {
  const part = (index: number | undefined, id: string | undefined, fn: object): object =>
    chunk({ tool_calls: [{ index, id, function: fn }] })

  test('grow by their index, and stand open until the model stops', () => {
    const begun = read(
      part(0, 'a', { name: 'f', arguments: '' }),
      part(0, undefined, { arguments: '{"x"' }),
      part(1, 'b', { name: 'g', arguments: '' }),
      part(1, undefined, { arguments: '{}' }),
      part(0, undefined, { arguments: ':1}' }),
    )
    expect(begun.contents).toEqual(['-', 'tool', '-', 'tool', 'tool'])
    expect(begun.seen.toolOpen).toBe(true)
    expect(begun.seen.tools).toEqual([
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '{}' },
    ])
    chatStream.read(chunk({}, 'tool_calls'), begun.seen)
    expect(begun.seen).toMatchObject({ toolOpen: false, finish: 'tool-calls', ended: true })
  })

  test.each([
    ['leave the index out', undefined, undefined],
    ['count from 1', 1, 2],
    ['call every one 0', 0, 0],
  ])('gateways that %s keep two calls apart', (_, first, second) => {
    const { seen } = read(
      part(first, 'a', { name: 'f', arguments: '{' }),
      part(first, '', { arguments: '}' }),
      part(second, 'b', { name: 'f', arguments: '{"b":1}' }),
    )
    expect(seen.tools.map((tool) => tool.arguments)).toEqual(['{}', '{"b":1}'])
  })
})

describe('the end', () => {
  test('is a finish reason; usage comes after it, in a chunk without choices', () => {
    const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }
    const { seen } = read(
      role,
      chunk({ content: 'Hi' }),
      { ...chunk({}, 'stop'), usage: null },
      { id: 'chatcmpl-1', choices: [], usage },
    )
    expect(seen).toMatchObject({ ended: true, finish: 'stop', rawFinish: 'stop' })
    expect(seen.usage).toEqual({ inputTokens: 9, outputTokens: 2, source: 'reported' })
  })

  test("Groq's usage stands in a place of its own", () => {
    const usage = { prompt_tokens: 9, completion_tokens: 2 }
    const { seen } = read({ ...chunk({}, 'stop'), x_groq: { id: 'req_1', usage } })
    expect(seen.usage).toMatchObject({ inputTokens: 9, outputTokens: 2 })
  })

  test("R-1 an error frame fails the stream, also OpenRouter's, which ends it by its own account", () => {
    const plain = { error: { message: 'Oops', type: 'server_error' } }
    expect(read(role, plain).seen).toMatchObject({ error: plain, ended: false })
    const openRouter = { ...chunk({ content: '' }, 'error'), error: { code: 502, message: 'gone' } }
    expect(read(role, openRouter).seen.error).toBe(openRouter)
  })

  test('R-1 a server that ran out of resources says so in the finish reason only', () => {
    const frame = chunk({}, 'insufficient_system_resource')
    expect(read(chunk({ content: 'Hel' }), frame).seen).toMatchObject({
      finish: 'error',
      error: frame,
    })
  })

  test("Azure's filters tell what they found", () => {
    const frame = chunk({}, 'content_filter') as { choices: object[] }
    const content_filter_results = {
      hate: { filtered: false, severity: 'safe' },
      violence: { filtered: true, severity: 'high' },
    }
    const { seen } = read({ ...frame, choices: [{ ...frame.choices[0], content_filter_results }] })
    expect(seen).toMatchObject({ finish: 'content-filter', blocked: 'violence', error: undefined })
  })
})

test('the text of a chunk can be cut at its start, and the chunk stays as it was', () => {
  const given = chunk({ role: 'assistant', content: 'Hello' })
  const before = structuredClone(given)
  const cut = chatStream.withoutText!(given, 3)
  expect(cut).toEqual(chunk({ role: 'assistant', content: 'lo' }))
  expect(given).toEqual(before)
  expect(chatStream.withoutText!(role, 3)).toBe(role)
})

describe('what gateways add', () => {
  test("OpenRouter's native reason counts where its own vocabulary has no word", () => {
    const ended = (finish_reason: string, native_finish_reason: string): object => ({
      choices: [{ index: 0, delta: {}, finish_reason, native_finish_reason }],
    })
    expect(read(ended('stop', 'refusal')).seen).toMatchObject({ finish: 'refusal' })
    expect(read(ended('length', 'model_context_window_exceeded')).seen).toMatchObject({
      finish: 'context-window',
      rawFinish: 'model_context_window_exceeded',
    })
    expect(read(ended('stop', 'end_turn')).seen).toMatchObject({ finish: 'stop', error: undefined })
  })

  test('images and audio are files', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,' } }
    const { seen, contents } = read(chunk({ images: [image, image] }), chunk({ content: '' }))
    expect(contents).toEqual(['file', '-'])
    expect(seen.files).toBe(2)
    const spoken = read(chunk({ audio: { data: 'UklG' } }), chunk({ audio: { data: 'UklH' } }))
    expect(spoken.seen.files).toBe(1)
  })
})
