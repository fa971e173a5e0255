/** Why a model stopped, in one vocabulary; `rawFinish` keeps the provider's own word. */
export type FinishReason =
  | 'stop'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'context-window'
  | 'pause'
  | 'error'
  | 'unknown'

/** Tokens of one attempt. `source` says how far to trust it: the provider's count, our guess, or nothing known. */
export interface Usage {
  /** All prompt tokens, cached ones included. */
  readonly inputTokens: number
  /** All generated tokens, reasoning included. */
  readonly outputTokens: number
  readonly cachedInputTokens?: number
  readonly reasoningTokens?: number
  readonly source: 'reported' | 'estimated' | 'none'
}

/** One tool call of an answer; `arguments` is the text as the model wrote it. */
export interface ToolCall {
  readonly id?: string
  readonly name: string
  readonly arguments: string
}

/** What an answer says, whatever its wire. */
export interface Answer {
  /** The visible text; '' when there is none. */
  readonly text: string
  readonly finish: FinishReason
  /** The provider's own word for `finish`. */
  readonly rawFinish?: string
  /** The model's own refusal, where the wire has a field for it. */
  readonly refusal?: string
  /** What a safety block was about, in the provider's own word. */
  readonly blocked?: string
  /** The model's thinking, where it is shown. */
  readonly reasoning?: string
  readonly tools: readonly ToolCall[]
  /** How many files (images, audio) it brought. */
  readonly files?: number
  readonly usage: Usage
  /** The model that really answered. */
  readonly model?: string
  readonly id?: string
}

/** What a request asks of a model: fallback matches it against a target's capabilities before it sends. */
export interface RequestNeeds {
  readonly tools: boolean
  readonly jsonSchema: boolean
  readonly vision: boolean
  readonly streaming: boolean
  /** Estimated prompt tokens (about four characters each); a floor for the context window. */
  readonly inputTokens: number
  /** The most tokens that the request lets the model write, when it says so. */
  readonly maxOutputTokens?: number
}

/**
 * How to read one wire's stream, chunk by chunk: the parsed data of one server-sent event, or what an SDK yields.
 * One protocol serves many streams at once: what it must remember goes into `seen`.
 */
export interface StreamProtocol<Chunk = unknown> {
  readonly name: string
  /** Adds what `chunk` says to `seen`. It never throws, never keeps the chunk, and passes over what it does not know. */
  read(chunk: Chunk, seen: Seen): void
  /** The same chunk without the first `chars` characters of its text, for the seam of a continued answer. */
  withoutText?(chunk: Chunk, chars: number): Chunk
}

/** What a stream has said so far: an `Answer` in the making, with what only a stream has. */
export interface Seen extends Mutable<Omit<Answer, 'tools'>> {
  /** Of the chunk just read: what it brought that a consumer would show. The engine clears it before each chunk. */
  content: 'text' | 'reasoning' | 'tool' | 'file' | undefined
  readonly tools: Mutable<ToolCall>[]
  /** A tool call has begun and not ended: its arguments may be half of a JSON. */
  toolOpen: boolean
  /** The protocol's own end of an answer was seen: what ends without it was cut. */
  ended: boolean
  /** The protocol has no end of its own: any end may be the one, and a cut cannot be told from it. */
  mayEnd?: boolean
  /** The error that a frame reported, as it stood there; the stream fails with it. */
  error: unknown
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** How to read and rewrite the requests and answers of one wire. `@holdfast/providers` implements them. */
export interface Dialect<Req = unknown, Res = unknown> {
  readonly name: string
  /** By shape, cheap, and never throws. */
  isRequest(request: unknown): boolean
  isResponse(response: unknown): boolean
  /** The same response gives the same object: reading twice costs nothing. */
  read(response: Res): Answer
  /** Only what an observed call needs of every answer, without building and remembering the rest. @default by `read` */
  tally?(response: Res): { readonly usage: Usage; readonly model?: string }
  needs(request: Req): RequestNeeds
  /** Does it ask for a stream? Asked of every call, where `needs` would weigh the whole prompt. @default by `needs` */
  streams?(request: Req): boolean
  modelOf(request: Req): string | undefined
  /** None of these changes its argument. */
  withModel(request: Req, model: string): Req
  withMaxTokens(request: Req, maxTokens: number): Req
  withMessage(request: Req, role: 'user' | 'assistant', text: string): Req
  /**
   * Without the oldest turn after the system prompt; undefined when only one turn is left.
   *
   * @param fits is this request short enough? As many turns go as it takes, if it ever is, and at least one; without it just
   * one. A dialect may leave it unasked and drop one turn only: who wants more asks again.
   */
  withoutOldestTurn(request: Req, fits?: (shorter: Req) => boolean): Req | undefined
  /** How to read its streams; left out where it has none. */
  readonly stream?: StreamProtocol
  /** The request that asks for answers of this schema by the wire's own means; undefined where it has none. */
  withSchema?(request: Req, schema: JsonSchema, name: string): Req | undefined
  /** The request that goes on where `partial` stopped, by the wire's own means; undefined where the model has none. */
  withContinuation?(request: Req, partial: Answer): Req | undefined
  /** One answer of several parts: texts and tool calls in order, usage added up, the last one's finish. */
  join?(parts: readonly Res[]): Res
  /**
   * An answer as plain JSON data, for a store, and back; left out where answers are plain data already. Undefined for one
   * that has no form of its own: plain data is then kept as it is, a bare stream by its chunks, and no other answer.
   */
  freeze?(response: Res): unknown
  thaw?(frozen: unknown): Res
}
