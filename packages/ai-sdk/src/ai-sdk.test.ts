import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { place, timeout } from '@holdfast/core'
import { degrade } from '@holdfast/fallback'
import { interrupt, resume } from '@holdfast/interrupt'
import { retry } from '@holdfast/retry'
import { APICallError, generateText, Output, streamText, tool, wrapLanguageModel } from 'ai'
import { MockLanguageModelV3, MockLanguageModelV4 } from 'ai/test'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { fallbackModel, holdfastMiddleware, resilient } from './index.ts'
import { modelTarget } from './model.ts'
import type { ModelRequest, ModelResponse } from './model.ts'

type Part = LanguageModelV4StreamPart
type Generated = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
}
const stop = { unified: 'stop', raw: 'stop' } as const
const said = (text: string): Generated => ({
  content: [{ type: 'text', text }],
  finishReason: stop,
  usage,
  warnings: [],
})
const parts = (text: string, id = '0'): Part[] => [
  { type: 'stream-start', warnings: [] },
  { type: 'text-start', id },
  ...text.split(/(?<= )/).map((delta): Part => ({ type: 'text-delta', id, delta })),
  { type: 'text-end', id },
  { type: 'finish', finishReason: stop, usage },
]
const unavailable = (): APICallError =>
  new APICallError({
    message: 'Service Unavailable',
    url: 'https://api.test',
    requestBodyValues: {},
    statusCode: 503,
  })

/** Each call takes the next step: a text is answered, an error thrown, parts are streamed as they are. */
const model = (id: string, ...steps: readonly (string | Error | readonly (Part | Error)[])[]) => {
  let calls = 0
  const take = () => {
    const step = steps[Math.min(calls++, steps.length - 1)]
    if (step instanceof Error) throw step
    return step ?? ''
  }
  return new MockLanguageModelV4({
    provider: 'test',
    modelId: id,
    doGenerate: async () => said(take() as string),
    doStream: async () => {
      const step = take()
      const all = typeof step === 'string' ? parts(step) : step
      const left = all.values()
      return {
        stream: new ReadableStream<Part>({
          pull(to) {
            const { done, value } = left.next()
            if (done) to.close()
            else if (value instanceof Error) to.error(value)
            else to.enqueue(value)
          },
        }),
      }
    },
  })
}
const fast = { baseDelayMs: 0 }
const prompt = 'hi'

const readText = async (result: { readonly textStream: AsyncIterable<string> }) => {
  let text = ''
  try {
    for await (const delta of result.textStream) text += delta
    return { text }
  } catch (error) {
    return { text, error }
  }
}

describe('generateText', () => {
  test('a retried answer is an ordinary one, with a note of what it took', async () => {
    const { text, providerMetadata, response } = await generateText({
      model: resilient(model('m', unavailable(), 'hello'), [retry(fast)]),
      prompt,
    })
    expect(text).toBe('hello')
    expect(providerMetadata?.['holdfast']).toEqual({
      requested: 'test/m',
      served: 'test/m',
      attempts: 2,
      totalUsage: { inputTokens: 10, outputTokens: 5 },
    })
    expect(response.modelId).toBe('m')
  })

  test('R-32 what the policies give up on is not sent again by the SDK', async () => {
    const inner = model('m', unavailable())
    const failed = await generateText({
      model: resilient(inner, [retry({ ...fast, maxAttempts: 2 })]),
      prompt,
      maxRetries: 2,
    }).catch((error: unknown) => error)
    expect(inner.doGenerateCalls).toHaveLength(2)
    expect(APICallError.isInstance(failed)).toBe(true)
    expect(failed).toMatchObject({ statusCode: 503, isRetryable: false })
  })

  test('structured output passes through; R-50 tools are run by the app alone, once, whatever was tried again', async () => {
    const json = await generateText({
      model: resilient(model('m', unavailable(), '{"city":"Paris"}'), [retry(fast)]),
      output: Output.object({ schema: z.object({ city: z.string() }) }),
      prompt,
    })
    expect(json.output).toEqual({ city: 'Paris' })

    let asked = 0
    let ran = 0
    const caller = new MockLanguageModelV4({
      doGenerate: async () => {
        if (++asked === 1) throw unavailable()
        return {
          ...said(''),
          content: [{ type: 'tool-call', toolCallId: '1', toolName: 'now', input: '{}' }],
          finishReason: { unified: 'tool-calls', raw: 'tool_calls' },
        }
      },
    })
    const called = await generateText({
      model: resilient(caller, [retry(fast)]),
      tools: { now: tool({ inputSchema: z.object({}), execute: () => (ran++, 'noon') }) },
      prompt,
    })
    expect(called.toolResults[0]?.output).toBe('noon')
    expect([asked, ran]).toEqual([2, 1])
  })
})

describe('fallbackModel', () => {
  test('R-79 the next model answers, and the answer says who did', async () => {
    const { text, providerMetadata, response } = await generateText({
      model: fallbackModel([model('a', unavailable()), model('b', 'from b')]),
      prompt,
    })
    expect(text).toBe('from b')
    expect(response.modelId).toBe('b')
    expect(providerMetadata?.['holdfast']).toMatchObject({
      requested: 'test/a',
      served: 'test/b',
      attempts: 2,
    })
  })

  test('R-47 a thousand calls at once with a failing first model: all are served', async () => {
    const inner = fallbackModel([model('a', unavailable()), model('b', 'from b')], {
      policies: [circuitBreaker(), retry(fast)],
    })
    const all = await Promise.all(
      Array.from({ length: 1_000 }, () => inner.doGenerate({ prompt: [] })),
    )
    expect(all.every(({ content }) => (content[0] as { text: string }).text === 'from b')).toBe(
      true,
    )
  })

  test('the same model with two keys is two targets: one circuit opens, the other serves', async () => {
    const broken = model('a', unavailable())
    const inner = fallbackModel([broken, model('a', 'second key')], {
      policies: [circuitBreaker({ minimumCalls: 5 })],
    })
    for (let i = 0; i < 20; i++)
      expect((await generateText({ model: inner, prompt })).text).toBe('second key')
    expect(broken.doGenerateCalls.length).toBeLessThan(20)
  })

  test('options of fallback are those of fallback: a session stays with the model that served it', async () => {
    const inner = fallbackModel([model('a', unavailable(), 'from a'), model('b', 'from b')], {
      stickyBy: () => 'session',
      stickyMs: 60_000,
    })
    // The first would answer the second time.
    for (let i = 0; i < 2; i++)
      expect((await generateText({ model: inner, prompt })).text).toBe('from b')
  })

  test('a file is left to a model to fetch only where each of them can', async () => {
    const urls = (supported: Record<string, RegExp[]>) =>
      new MockLanguageModelV4({ supportedUrls: supported })
    const own = { 'image/*': [/^https:/, /^gs:/], 'audio/*': [/^https:/] }
    const { supportedUrls } = fallbackModel([urls(own), urls({ 'image/*': [/^https:/] })])
    expect(await supportedUrls).toEqual({ 'image/*': [/^https:/], 'audio/*': [] })
    expect(await resilient(urls(own), []).supportedUrls).toEqual(own)
  })

  test('inside another model of ours: the note counts what that did, and names who answered', async () => {
    const inner = fallbackModel([model('a', unavailable()), model('b', 'from b')])
    const outer = resilient(inner, [retry(fast)])
    const expected = {
      requested: 'test/a',
      served: 'test/b',
      attempts: 2,
      totalUsage: { inputTokens: 10, outputTokens: 5 },
    }
    const whole = await generateText({ model: outer, prompt })
    expect(whole.providerMetadata?.['holdfast']).toEqual(expected)
    const stream = streamText({ model: outer, prompt })
    expect(await stream.text).toBe('from b')
    expect((await stream.providerMetadata)?.['holdfast']).toEqual(expected)
  })

  test('bad input is refused in a sentence', () => {
    expect(() => fallbackModel([model('a', ''), new MockLanguageModelV3()])).toThrow(
      "fallbackModel: models must be of one generation, got 'v3' (mock-provider/mock-model-id) beside 'v4'; " +
        'wrapLanguageModel({ model, middleware: [] }) makes it the newest',
    )
    expect(() => fallbackModel([])).toThrow(
      'fallbackModel: models must be a list with at least one model, got []',
    )
    expect(() => fallbackModel([{} as never])).toThrow(
      "fallbackModel: model must be a language model of the AI SDK, such as openai('gpt-5'), got {…}",
    )
  })
})

describe('streamText', () => {
  const onError = (): void => {}

  test('what fails before the first content is mended unseen, with one stream-start', async () => {
    const inner = model(
      'm',
      unavailable(),
      [parts('x')[0]!, new TypeError('terminated')],
      'one two three',
    )
    const result = streamText({ model: resilient(inner, [retry(fast)]), prompt, onError })
    const seen: string[] = []
    let text = ''
    for await (const part of result.fullStream) {
      seen.push(part.type)
      if (part.type === 'text-delta') text += part.text
    }
    expect(text).toBe('one two three')
    expect(seen.filter((type) => type === 'start-step')).toHaveLength(1)
    expect((await result.providerMetadata)?.['holdfast']).toMatchObject({
      attempts: 3,
      totalUsage: { inputTokens: 10, outputTokens: 5 },
    })
    expect((await result.response).modelId).toBe('m')
  })

  test.each<[string, (Part | Error)[]]>([
    ['cut', parts('one two').slice(0, 4)],
    [
      'an error part',
      [...parts('one two').slice(0, 4), { type: 'error', error: { message: 'overloaded' } }],
    ],
    ['a reset', [...parts('one two').slice(0, 4), new TypeError('terminated')]],
  ])(
    'R-1 %s after the first content is an error of the stream, never an end',
    async (_name, steps) => {
      const result = streamText({
        model: resilient(model('m', steps), [retry(fast)]),
        prompt,
        onError,
      })
      const { text, error } = await readText(result)
      expect(text).toBe('one two')
      expect(error).toMatchObject({
        code: 'HOLDFAST_STREAM_INTERRUPTED',
        partial: { text: 'one two' },
      })
      await expect(result.text).rejects.toBeDefined()
    },
  )

  test('a fallback before the first content; the breaker counts what breaks after it', async () => {
    const a = model('a', [parts('x')[0]!])
    const inner = fallbackModel([a, model('b', 'from b')], {
      policies: [circuitBreaker({ consecutiveFailures: 2 }), timeout({ firstContentMs: 5_000 })],
    })
    for (let i = 0; i < 4; i++) {
      expect(await readText(streamText({ model: inner, prompt, onError }))).toEqual({
        text: 'from b',
      })
    }
    expect(a.doStreamCalls).toHaveLength(2)
  })

  test('a restart with a seam of its own parts keeps every text open and closed once', async () => {
    const inner = model('m', [...parts('wrong').slice(0, 3), new TypeError('terminated')], 'right')
    const { stream } = await resilient(inner, [
      interrupt('restart', { seam: () => ({ type: 'custom', kind: 'holdfast.reset' }) }),
      retry(fast),
    ]).doStream({ prompt: [] })
    const types: string[] = []
    for await (const part of stream as unknown as AsyncIterable<Part>) types.push(part.type)
    expect(types.filter((type) => type === 'custom')).toHaveLength(1)
    expect(types.at(-1)).toBe('finish')
    expect(types.filter((type) => type === 'response-metadata')).toHaveLength(1)
  })

  test('R-2 a restart begins anew with the same ids: one stream-start, every text begun and ended', async () => {
    const inner = model('m', [...parts('wrong').slice(0, 3), new TypeError('terminated')], 'right')
    const { stream } = await resilient(inner, [
      interrupt('restart', { seam: () => ({ type: 'custom', kind: 'holdfast.reset' }) }),
    ]).doStream({ prompt: [] })
    const types: string[] = []
    for await (const part of stream as unknown as AsyncIterable<Part>) types.push(part.type)
    expect(types).toEqual([
      'stream-start',
      'response-metadata',
      'text-start',
      'text-delta',
      'custom',
      'text-end',
      'text-start',
      'text-delta',
      'text-end',
      'finish',
    ])
  })

  test('R-81 of two at once the note names the one that answered', async () => {
    const never = model('late')
    never.doGenerate = () => new Promise(() => {})
    never.doStream = () => new Promise(() => {})
    const late = modelTarget(never)
    /** Asks a second model beside the first, and takes what comes first. */
    const both = place({ name: 'both', floor: 'hedge', concurrent: true }, (_ctx, next) =>
      Promise.race([next({ attempt: 1 }), next({ attempt: 2, target: late })]),
    )
    const hedged = resilient(model('m', 'hello'), [both])
    const expected = { served: 'test/m', attempts: 2, totalUsage: { inputTokens: 10 } }
    const whole = await hedged.doGenerate({ prompt: [] })
    expect(whole.providerMetadata?.['holdfast']).toMatchObject(expected)
    const { stream } = await hedged.doStream({ prompt: [] })
    const seen: Part[] = []
    for await (const part of stream as unknown as AsyncIterable<Part>) seen.push(part)
    expect(seen.find(({ type }) => type === 'response-metadata')).toMatchObject({ modelId: 'm' })
    expect(seen.at(-1)).toMatchObject({ providerMetadata: { holdfast: expected } })
  })

  test('a host that leaves stops upstream', async () => {
    let cancelled = false
    const inner = new MockLanguageModelV4({
      doStream: async () => ({
        stream: new ReadableStream<Part>({
          pull: (to) => to.enqueue({ type: 'text-delta', id: '0', delta: 'x' }),
          cancel: () => void (cancelled = true),
        }),
      }),
    })
    const { stream } = await resilient(inner, []).doStream({ prompt: [] })
    const reader = stream.getReader()
    await reader.read()
    await reader.cancel()
    expect(cancelled).toBe(true)
  })
})

describe('a store', () => {
  /** The least that a cache does: keeps what the dialect makes of an answer, by the whole request. */
  const store = () => {
    const kept = new Map<string, unknown>()
    return place<'store', 'cache', ModelRequest, ModelResponse>(
      { name: 'store', floor: 'cache' },
      async ({ request, dialect }, next) => {
        const key = JSON.stringify(request)
        expect(Object.keys(request)).not.toContain('abortSignal')
        if (kept.has(key)) return dialect?.thaw?.(kept.get(key)) as ModelResponse
        const response = await next()
        kept.set(key, dialect?.freeze?.(response))
        return response
      },
    )
  }
  const options = { prompt, abortSignal: new AbortController().signal }

  test('gives a stream again, with a note that nobody was asked', async () => {
    const inner = model('m', 'one two')
    const stored = resilient(inner, [store()])
    const first = streamText({ model: stored, ...options })
    expect(await first.text).toBe('one two')
    const again = streamText({ model: stored, ...options })
    expect(await again.text).toBe('one two')
    expect(await again.usage).toEqual(await first.usage)
    expect((await again.response).modelId).toBe('m')
    expect((await again.providerMetadata)?.['holdfast']).toEqual({
      requested: 'test/m',
      served: 'test/m',
      attempts: 0,
      totalUsage: { inputTokens: 0, outputTokens: 0 },
    })
    expect(inner.doStreamCalls).toHaveLength(1)
  })

  test('gives a stream that broke and went on again, every text of it begun and ended once', async () => {
    const broken = [...parts('one two ').slice(0, 4), new TypeError('terminated')]
    const inner = model('m', broken, parts('three', '1'))
    const stored = resilient(inner, [
      store(),
      resume<ModelRequest, ModelResponse>({ continueWith: (request) => request }),
    ])
    for (const _ of ['asked', 'kept']) {
      const { stream } = await stored.doStream({ prompt: [] })
      const seen: string[] = []
      for await (const part of stream as unknown as AsyncIterable<Part>)
        seen.push('id' in part ? `${part.type} ${part.id}` : part.type)
      expect(seen).toEqual([
        'stream-start',
        'response-metadata',
        'text-start 0',
        'text-delta 0',
        'text-delta 0',
        'text-start 1',
        'text-delta 1',
        'text-end 1',
        'text-end 0',
        'finish',
      ])
    }
    expect(inner.doStreamCalls).toHaveLength(2)
  })

  test('gives a whole answer again', async () => {
    const inner = model('m', 'one two')
    const stored = resilient(inner, [store()])
    for (const attempts of [1, 0]) {
      const { text, providerMetadata } = await generateText({ model: stored, ...options })
      expect(text).toBe('one two')
      expect(providerMetadata?.['holdfast']).toMatchObject({ attempts })
    }
    expect(inner.doGenerateCalls).toHaveLength(1)
  })
})

test('as a middleware the same policies serve one model', async () => {
  const wrapped = wrapLanguageModel({
    model: model('m', unavailable(), 'hello'),
    middleware: holdfastMiddleware([retry(fast)]),
  })
  expect((await generateText({ model: wrapped, prompt, maxRetries: 0 })).text).toBe('hello')
})

describe('degrade', () => {
  const whole: Generated = {
    ...said('We are back soon.'),
    content: [
      { type: 'reasoning', text: 'all is down' },
      { type: 'text', text: 'We are back soon.' },
    ],
  }
  const down = () => model('m', unavailable())

  test('a whole answer stands in for a stream, too', async () => {
    const stands = resilient(down(), [degrade(() => whole as ModelResponse)])
    const { text } = await generateText({ model: stands, prompt: 'hi' })
    const streamed = streamText({ model: stands, prompt: 'hi' })
    expect(text).toBe('We are back soon.')
    expect(await streamed.text).toBe(text)
    expect(await streamed.reasoningText).toBe('all is down')
    expect(await streamed.finishReason).toBe('stop')
    expect((await streamed.usage).outputTokens).toBe(5)
  })

  test('what is neither a stream nor an answer is an error that says so', async () => {
    const stands = resilient(down(), [degrade<ModelRequest, ModelResponse>(() => 'soon' as never)])
    await expect(stands.doStream({ prompt: [] })).rejects.toThrow(
      "must have a stream or content, got 'soon'",
    )
  })
})
