import type { IncomingHttpHeaders } from 'node:http'

import type { Completion } from '../completion.ts'
import type { ProblemText } from '../problems/problem.ts'
import { isObject, type ChaosRequest, type Endpoint, type JsonObject } from '../request.ts'

/** Whose manners the wire has: header names, error bodies, ids. */
export type Provider = 'openai' | 'anthropic' | 'gemini'

/** One request being answered, as the wires need to know it. */
export interface Exchange {
  readonly request: ChaosRequest
  /** A hash that all ids of this exchange are made of. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly wallMs: number
  readonly inputTokens: number
  /** The answer does not tell what it costs. */
  readonly withoutUsage: boolean
}

/** What an event of a stream carries, where that matters to a fault. */
export type Part = 'reasoning' | 'text' | 'tool' | 'finish' | 'done'

/** A piece of a body, with the output tokens that it delivers. */
export interface Piece {
  readonly data: string
  readonly tokens: number
  /** `finish` tells why the model stopped, `done` that the stream is over; what frames content has none. */
  readonly part?: Part | undefined
}

/** How one endpoint reads requests and spells answers. Pure: bytes in, bytes out. */
export interface Wire {
  readonly endpoint: Endpoint
  readonly provider: Provider
  /** The request, or the sentence with which the real provider would reject it. */
  readonly read: (
    body: JsonObject,
    headers: IncomingHttpHeaders,
    url: string,
  ) => ChaosRequest | string
  /** The body of a 200 that is not streamed. */
  readonly answer: (exchange: Exchange, completion: Completion) => JsonObject
  /** The events of a 200 that is streamed, one delta per token, terminator included. */
  readonly stream: (exchange: Exchange, completion: Completion) => readonly Piece[]
  /** What keeps a silent stream open. */
  readonly ping: string
  /** The event that reports an error inside a stream, after so many other events. */
  readonly errorEvent: (exchange: Exchange, problem: ProblemText, before: number) => string
}

/** An event without output: role chunks, starts, stops, pings. */
export const quiet = (data: string, part?: 'finish' | 'done'): Piece => ({
  data,
  tokens: 0,
  part,
})

/** Who reads sizes on the wire could guess words by them: OpenAI pads each delta to a multiple of so many characters. */
const PADDED_TO = 32

/** The padding of an event that carries this; none when the client asked for none. */
export const padding = ({ id, request }: Exchange, carried: JsonObject): JsonObject => {
  const { stream_options: options } = request.body
  if (isObject(options) && options['include_obfuscation'] === false) return {}
  const over = JSON.stringify(carried).length % PADDED_TO
  return { obfuscation: id.slice(0, PADDED_TO - over) }
}

/** A server-sent event; without a name it is a bare data line, as Chat Completions sends them. */
export const sse = (data: unknown, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`
