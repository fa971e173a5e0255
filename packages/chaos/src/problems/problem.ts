/** The errors that the server can answer with instead of a 200. */
export const PROBLEMS = [
  'rate-limited',
  'quota-exhausted',
  'bad-request',
  'unauthorized',
  'forbidden',
  'model-not-found',
  'too-large',
  'unprocessable',
  'context-length',
  'blocked',
  'server-error',
  'bad-gateway',
  'unavailable',
  'overloaded',
] as const

/** The name of an error that the server can answer with. */
export type ProblemName = (typeof PROBLEMS)[number]

/** One error as a provider words it; `{model}` and `{tokens}` are filled in from the request. */
export interface ProblemText {
  readonly status: number
  /** OpenAI's and Anthropic's `type`, Gemini's `status`. */
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly param?: string
  /** Gemini's details, each with its `@type`. */
  readonly details?: readonly object[]
  /** What `x-should-retry` says, where the provider is known to send it. */
  readonly shouldRetry?: boolean
  /** A page of the edge in front of the provider, which never heard of JSON. */
  readonly html?: true
}

/** How one provider words every error. */
export type ProblemTexts = Readonly<Record<ProblemName, ProblemText>>
