import { place } from '@holdfast/core'
import type { Fault, Universal } from '@holdfast/core'

/** What a scripted fetch was called with. */
export interface Sent {
  readonly url: string
  readonly init: RequestInit & {
    readonly headers: Record<string, string>
    readonly signal: AbortSignal
  }
}

type Step = (sent: Sent) => Response | Promise<Response>

export interface ScriptedFetch {
  (url: string | URL | Request, init?: RequestInit): Promise<Response>
  readonly sent: Sent[]
}

/** A fetch that plays one step per request; the last one repeats. */
export function scripted(...steps: readonly Step[]): ScriptedFetch {
  const sent: Sent[] = []
  return Object.assign(
    async (url: string | URL | Request, init?: RequestInit) => {
      const call = { url: url as string, init: init as Sent['init'] }
      sent.push(call)
      init?.signal?.throwIfAborted()
      return (steps[sent.length - 1] ?? steps.at(-1)!)(call)
    },
    { sent },
  )
}

export const json =
  (body: unknown, init: ResponseInit = {}): Step =>
  () =>
    Response.json(body, init)

export const text =
  (body: string, type: string, status = 200): Step =>
  () =>
    new Response(body, { status, headers: { 'content-type': type } })

export const fails =
  (error: unknown): Step =>
  async () => {
    throw error
  }

/** A body that is written piece by piece, and that says how it was left. */
export interface Wire {
  readonly body: ReadableStream<Uint8Array>
  write(...pieces: readonly string[]): void
  end(): void
  break(error: unknown): void
  readonly cancelled: () => boolean
  /** How many pieces were asked for. */
  readonly pulls: () => number
}

export function wire(): Wire {
  const encoder = new TextEncoder()
  let controller!: ReadableStreamDefaultController<Uint8Array>
  let cancelled = false
  let pulls = 0
  const body = new ReadableStream<Uint8Array>(
    {
      start: (it) => void (controller = it),
      pull: () => void pulls++,
      cancel: () => void (cancelled = true),
    },
    { highWaterMark: 0 },
  )
  return {
    body,
    write: (...pieces) => pieces.forEach((piece) => controller.enqueue(encoder.encode(piece))),
    end: () => controller.close(),
    break: (error) => controller.error(error),
    cancelled: () => cancelled,
    pulls: () => pulls,
  }
}

/** A stream that says all this and ends; an error at the end breaks it. */
export const stream =
  (
    pieces: readonly string[],
    { type = 'text/event-stream', error }: { type?: string; error?: unknown } = {},
  ): Step =>
  ({ init }) => {
    const left = [...pieces]
    const body = new ReadableStream<Uint8Array>(
      {
        pull(to) {
          const piece = left.shift()
          if (piece !== undefined) to.enqueue(new TextEncoder().encode(piece))
          else if (error !== undefined) to.error(error)
          else to.close()
        },
      },
      { highWaterMark: 0 },
    )
    init.signal.throwIfAborted()
    return new Response(body, { headers: { 'content-type': type } })
  }

export const live =
  ({ body }: Wire, type = 'text/event-stream'): Step =>
  ({ init }) => {
    void init
    return new Response(body, { headers: { 'content-type': type } })
  }

/** Tries again at once, and remembers why. */
export function again(maxAttempts = 3): { policy: Universal<'retry', 6>; faults: Fault[] } {
  const faults: Fault[] = []
  const policy = place({ name: 'retry', floor: 'retry' }, async (ctx, next) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await next({ attempt })
      } catch (error) {
        const fault = ctx.classify(error)
        faults.push(fault)
        if (attempt >= maxAttempts || !fault.retryable) throw error
      }
    }
  })
  return { policy, faults }
}

export const CHAT = 'https://api.openai.com/v1/chat/completions'
export const MESSAGES = 'https://api.anthropic.com/v1/messages'
export const GEMINI =
  'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent'

/** A request of OpenAI's client, as it hands it to its fetch. */
export const ask = (over: object = {}): RequestInit => ({
  method: 'POST',
  headers: new Headers({ 'content-type': 'application/json', authorization: 'Bearer secret' }),
  body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'Hi' }], ...over }),
})

/** The same of a client that stainless made. */
export const askSdk = (retryCount = 0, over: object = {}): RequestInit => ({
  ...ask(over),
  headers: {
    'content-type': 'application/json',
    'x-stainless-lang': 'js',
    'x-stainless-retry-count': String(retryCount),
  },
})

export const answer = (content: string): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
})

const event = (data: unknown): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
const delta = (fields: object, finish: string | null = null): string =>
  event({
    id: 'c1',
    model: 'gpt-4o',
    choices: [{ index: 0, delta: fields, finish_reason: finish }],
  })

/** The events of a chat stream. */
export const chat = {
  role: delta({ role: 'assistant', content: '' }),
  say: (content: string): string => delta({ content }),
  stop: delta({}, 'stop'),
  done: event('[DONE]'),
  error: event({
    error: { message: 'Overloaded', type: 'server_error', code: 'server_is_overloaded' },
  }),
}

/** A whole answer in pieces. */
export const said = (...words: readonly string[]): string[] => [
  chat.role,
  ...words.map(chat.say),
  chat.stop,
  chat.done,
]

/** What a consumer sees of a body: its text, and the error if it breaks off. */
export async function read(response: Response): Promise<{ text: string; error?: unknown }> {
  const decoder = new TextDecoder()
  let seen = ''
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { text: seen }
      seen += decoder.decode(value, { stream: true })
    }
  } catch (error) {
    return { text: seen, error }
  }
}
