/** The Chat Completions wire, which every contender's SDK speaks. */
export const MODEL = 'bench-1'

export interface Tokens {
  readonly prompt: number
  readonly output: number
}

const usageOf = ({ prompt, output }: Tokens): object => ({
  prompt_tokens: prompt,
  completion_tokens: output,
  total_tokens: prompt + output,
})

const base = { id: 'chatcmpl-bench', created: 1_700_000_000, model: MODEL }

/** A whole answer. */
export const completion = (content: string, finish: string, tokens: Tokens): string =>
  JSON.stringify({
    ...base,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: finish,
      },
    ],
    usage: usageOf(tokens),
  })

/** An error body. */
export const problem = (status: number, code: string): string =>
  JSON.stringify({
    error: { message: `Synthetic ${status} (${code})`, type: code, param: null, code },
  })

const event = (data: object | string): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

const chunk = (delta: object, finish: string | null = null): string =>
  event({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })

export const roleChunk = (): string => chunk({ role: 'assistant', content: '', refusal: null })
export const textChunk = (content: string): string => chunk({ content })
export const errorFrame = (): string =>
  event({ error: { message: 'Synthetic error in a stream', type: 'server_error', code: null } })

/** The end of a stream: why it stopped, what it used when that was asked for, and the terminator. */
export const finishChunks = (finish: string, tokens: Tokens | undefined): string =>
  chunk({}, finish) +
  (tokens === undefined
    ? ''
    : event({ ...base, object: 'chat.completion.chunk', choices: [], usage: usageOf(tokens) })) +
  event('[DONE]')

/** What the engine reads of a request. */
export interface ChatBody {
  readonly messages: readonly {
    readonly role: string
    readonly content: string | readonly { readonly text?: string }[]
  }[]
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean } | null
}

/** The text of the last user message, as one string or in parts. */
export const promptOf = ({ messages }: ChatBody): string => {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? ''
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('')
}
