/** What an SDK knows of a failed request beyond its status. */
export interface HttpErrorOptions {
  /** Response headers, such as `{ 'retry-after': '2' }`. */
  readonly headers?: ConstructorParameters<typeof Headers>[0]
  /** The parsed body of the response. */
  readonly body?: unknown
  /** @default the status */
  readonly message?: string
}

/** An error as the SDKs of OpenAI and Anthropic make it: plain fields, and a `name` that says nothing. */
export interface HttpError extends Error {
  readonly status: number
  readonly headers: Headers
  /** The parsed body. */
  readonly error: unknown
}

/** The error that an SDK throws for a response: `httpError(429, { headers: { 'retry-after': '2' } })`. */
export const httpError = (
  status: number,
  { headers, body, message }: HttpErrorOptions = {},
): HttpError =>
  Object.assign(new Error(message ?? `${status} status code`), {
    status,
    headers: new Headers(headers),
    error: body,
  })
