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
  readonly tools: readonly ToolCall[]
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

/** How to read and rewrite the requests and answers of one wire. `@holdfast/providers` implements them. */
export interface Dialect<Req = unknown, Res = unknown> {
  readonly name: string
  /** By shape, cheap, and never throws. */
  isRequest(request: unknown): boolean
  isResponse(response: unknown): boolean
  /** The same response gives the same object: reading twice costs nothing. */
  read(response: Res): Answer
  needs(request: Req): RequestNeeds
  modelOf(request: Req): string | undefined
  /** None of these changes its argument. */
  withModel(request: Req, model: string): Req
  withMaxTokens(request: Req, maxTokens: number): Req
  withMessage(request: Req, role: 'user' | 'assistant', text: string): Req
  /** Without the oldest turn after the system prompt; undefined when only one turn is left. */
  withoutOldestTurn(request: Req): Req | undefined
}
