import { circuitBreaker } from '@holdfast/circuit-breaker'
import { deadline, pipeline, timeout, type Handler, type AnswerStream } from '@holdfast/core'
import { streaming, type StreamSource } from '@holdfast/core/stream'
import { fallback } from '@holdfast/fallback'
import { interrupt } from '@holdfast/interrupt'
import { openAIChat } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { wrapLanguageModel, type LanguageModelMiddleware } from 'ai'
import { MockLanguageModelV4, simulateReadableStream } from 'ai/test'

import type { Case } from '../overhead/measure.ts'
import { drain, generator, readable, type ChatChunk } from './source.ts'

export const CHUNKS = 1_000

type Source = (chunks: number) => StreamSource<ChatChunk>

/** Five policies, and `interrupt` as a sixth. */
export const chat = (source: Source, chunks = CHUNKS): Handler<string, AnswerStream<ChatChunk>> =>
  pipeline(
    streaming((_prompt: string) => source(chunks)),
    [
      deadline({ timeoutMs: 60_000 }),
      fallback([{ id: 'a', provider: 'a' }]),
      retry(),
      circuitBreaker(),
      timeout({ firstContentMs: 10_000, idleMs: 10_000 }),
    ],
    { name: 'chat', dialect: openAIChat },
  )
const restarting = (source: Source): Handler<string, AnswerStream<ChatChunk>> =>
  pipeline(
    streaming((_prompt: string) => source(CHUNKS)),
    [interrupt('restart'), retry()],
    {
      name: 'restarting',
      dialect: openAIChat,
    },
  )

async function* through(inner: AsyncIterable<ChatChunk>): AsyncGenerator<ChatChunk> {
  for await (const chunk of inner) yield chunk
}
const transformed = (stream: ReadableStream<ChatChunk>): ReadableStream<ChatChunk> =>
  stream.pipeThrough(
    new TransformStream<ChatChunk, ChatChunk>({ transform: (chunk, to) => to.enqueue(chunk) }),
  )
const five = <T>(start: T, layer: (inner: T) => T): T => {
  let all = start
  for (let i = 0; i < 5; i++) all = layer(all)
  return all
}

const idle: LanguageModelMiddleware = {
  specificationVersion: 'v4',
  wrapStream: async ({ doStream }) => {
    const { stream, ...rest } = await doStream()
    return { stream: stream.pipeThrough(new TransformStream()), ...rest }
  },
}
const wrapped = (): (() => Promise<unknown>) => {
  const model = five(
    new MockLanguageModelV4({
      doStream: async () => ({
        stream: simulateReadableStream({
          chunks: Array.from({ length: CHUNKS }, () => ({
            type: 'text-delta' as const,
            id: '1',
            delta: 'word ',
          })),
          initialDelayInMs: null,
          chunkDelayInMs: null,
        }),
      }),
    }) as Parameters<typeof wrapLanguageModel>[0]['model'],
    (inner) => wrapLanguageModel({ model: inner, middleware: idle }),
  )
  return async () => {
    const { stream } = await (model as MockLanguageModelV4).doStream({ prompt: [] })
    return drain(stream)
  }
}

const first = async (source: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of source) return
}

export const streamCases = (): Case[] => {
  const ours = {
    generator: chat(generator),
    readable: chat(readable),
    restarting: restarting(generator),
  }
  const ai = wrapped()
  return [
    { case: 'generator', contender: 'bare', call: () => drain(generator(CHUNKS)) },
    {
      case: 'generator',
      contender: 'holdfast, five policies',
      call: async () => drain(await ours.generator('hi')),
    },
    {
      case: 'generator',
      contender: 'holdfast, interrupt and retry',
      call: async () => drain(await ours.restarting('hi')),
    },
    {
      case: 'generator',
      contender: 'five async generators',
      call: () => drain(five<AsyncIterable<ChatChunk>>(generator(CHUNKS), through)),
    },
    { case: 'ReadableStream', contender: 'bare', call: () => drain(readable(CHUNKS)) },
    {
      case: 'ReadableStream',
      contender: 'holdfast, five policies',
      call: async () => drain(await ours.readable('hi')),
    },
    {
      case: 'ReadableStream',
      contender: 'five TransformStreams',
      call: () => drain(five(readable(CHUNKS), transformed)),
    },
    { case: 'ReadableStream', contender: 'wrapLanguageModel x5', call: () => ai() },
    { case: 'first content', contender: 'bare', call: () => first(generator(CHUNKS)) },
    {
      case: 'first content',
      contender: 'holdfast, five policies',
      call: async () => first(await ours.generator('hi')),
    },
  ]
}
