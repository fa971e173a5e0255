import type { Endpoint } from '../src/index.ts'

export const ENDPOINTS: readonly Endpoint[] = [
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/messages',
  '/v1beta/models',
]

/** What else a request says; Gemini knows neither a model nor a stream in its body. */
type More = Readonly<Record<string, unknown>>

const GEMINI = '/v1beta/models'

/** A request in the words of an endpoint. */
const bodyFor = (endpoint: Endpoint, prompt: string, more: More): object => {
  if (endpoint === '/v1/responses') return { model: 'gpt-5', input: prompt, ...more }
  const content = { role: 'user', parts: [{ text: prompt }] }
  const { stream: _stream, model: _model, ...rest } = more
  if (endpoint === GEMINI) return { contents: [content], ...rest }
  const messages = [{ role: 'user', content: prompt }]
  return { model: 'a-model', max_tokens: 4096, messages, ...more }
}

const pathOf = (endpoint: Endpoint, { stream, model = 'a-model' }: More): string => {
  if (endpoint !== GEMINI) return endpoint
  const method = stream === true ? 'streamGenerateContent?alt=sse' : 'generateContent'
  return `${endpoint}/${String(model)}:${method}`
}

export interface Ask {
  readonly endpoint?: Endpoint
  readonly prompt?: string
  readonly more?: More
  readonly signal?: AbortSignal
}

/** Sends a request with plain fetch. */
export const ask = (
  url: string,
  { endpoint = '/v1/chat/completions', prompt = 'hello', more = {}, signal }: Ask = {},
): Promise<Response> =>
  fetch(url + pathOf(endpoint, more), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bodyFor(endpoint, prompt, more)),
    ...(signal && { signal }),
  })

/** A JSON body by its path: `pick(body, 'choices', 0, 'message')`. */
export const pick = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined,
    value,
  )

/** The text of an answer that was not streamed. */
export const textOf = (endpoint: Endpoint, body: unknown): unknown =>
  ({
    '/v1/chat/completions': pick(body, 'choices', 0, 'message', 'content'),
    '/v1/responses': pick(body, 'output', 0, 'content', 0, 'text'),
    '/v1/messages': pick(body, 'content', 0, 'text'),
    '/v1beta/models': pick(body, 'candidates', 0, 'content', 'parts', 0, 'text'),
  })[endpoint]

export interface Event {
  readonly event?: string
  readonly data: unknown
}

const eventOf = (block: string): Event => {
  const [, event, data = ''] = /^(?:event: (\S+)\n)?data: (.*)$/.exec(block) ?? []
  const parsed = data === '[DONE]' ? data : (JSON.parse(data) as unknown)
  return event === undefined ? { data: parsed } : { event, data: parsed }
}

/** The events of a whole stream; each must be framed to the byte. */
export const eventsOf = (stream: string): readonly Event[] =>
  stream
    .split(/\r?\n\r?\n/)
    .filter((block) => block !== '')
    .map(eventOf)

/** The text that the deltas of a stream add up to. */
export const streamedText = (endpoint: Endpoint, events: readonly Event[]): string =>
  events
    .map(({ data }) => {
      if (endpoint === '/v1/chat/completions') return pick(data, 'choices', 0, 'delta', 'content')
      if (endpoint === '/v1/messages') return pick(data, 'delta', 'text')
      if (endpoint === GEMINI) return pick(data, 'candidates', 0, 'content', 'parts', 0, 'text')
      return pick(data, 'type') === 'response.output_text.delta' ? pick(data, 'delta') : ''
    })
    .filter((text) => typeof text === 'string')
    .join('')
