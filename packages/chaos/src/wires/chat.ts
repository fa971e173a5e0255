import { completionTokens, type Completion, type Finish } from '../completion.ts'
import { asksForJson, isObject, readMessages, tokenLimit, type JsonObject } from '../request.ts'
import { tokenize } from '../tokens.ts'
import { openaiError } from './openai-error.ts'
import { quiet, sse, type Exchange, type Piece, type Wire } from './wire.ts'

const FINISH: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  // A refusal has a field of its own and the most innocent of finish reasons.
  refusal: 'stop',
  'content-filter': 'content_filter',
}

const usageOf = ({ inputTokens }: Exchange, completion: Completion): JsonObject => {
  const outputTokens = completionTokens(completion)
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

const toolCalls = ({ id }: Exchange, { tools }: Completion): JsonObject[] =>
  tools.map((tool, index) => ({
    id: `call_${index}${id.slice(0, 22)}`,
    type: 'function',
    function: { name: tool.name, arguments: JSON.stringify(tool.arguments) },
  }))

const messageOf = (exchange: Exchange, completion: Completion): JsonObject => {
  const refused = completion.finish === 'refusal'
  return {
    role: 'assistant',
    content: refused || completion.tools.length > 0 ? null : completion.text,
    refusal: refused ? completion.text : null,
    annotations: [],
    ...(completion.tools.length > 0 && { tool_calls: toolCalls(exchange, completion) }),
  }
}

const head = ({ id, request, wallMs }: Exchange, object: string): JsonObject => ({
  id: `chatcmpl-${id.slice(0, 29)}`,
  object,
  created: Math.floor(wallMs / 1000),
  model: request.model,
  service_tier: 'default',
  system_fingerprint: null,
})

const stream = (exchange: Exchange, completion: Completion): readonly Piece[] => {
  const { includeUsage } = exchange.request
  const common = head(exchange, 'chat.completion.chunk')
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    sse({
      ...common,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(includeUsage && { usage: null }),
    })
  const field = completion.finish === 'refusal' ? 'refusal' : 'content'
  const calls = toolCalls(exchange, completion).map(({ function: call, ...rest }, index) =>
    isObject(call)
      ? { ...rest, index, name: call['name'], text: String(call['arguments']) }
      : { index, text: '' },
  )
  return [
    quiet(chunk({ role: 'assistant', content: '', refusal: null })),
    ...tokenize(completion.text).map((text) => ({ data: chunk({ [field]: text }), tokens: 1 })),
    ...calls.flatMap(({ index, text, ...call }) => [
      quiet(chunk({ tool_calls: [{ index, ...call }] })),
      ...tokenize(text).map((part) => ({
        data: chunk({ tool_calls: [{ index, function: { arguments: part } }] }),
        tokens: 1,
      })),
    ]),
    quiet(chunk({}, FINISH[completion.finish])),
    ...(includeUsage
      ? [quiet(sse({ ...common, choices: [], usage: usageOf(exchange, completion) }))]
      : []),
    quiet('data: [DONE]\n\n'),
  ]
}

/** OpenAI Chat Completions. */
export const chat: Wire = {
  endpoint: '/v1/chat/completions',
  provider: 'openai',
  read: (body, headers) => {
    const { model, messages, stream_options: options } = body
    if (typeof model !== 'string') return 'you must provide a model parameter'
    if (!Array.isArray(messages)) return "Missing required parameter: 'messages'."
    const { prompt, input } = readMessages(messages, '')
    return {
      endpoint: '/v1/chat/completions',
      model,
      prompt,
      input,
      stream: body['stream'] === true,
      json: asksForJson(prompt, body['response_format']),
      maxTokens: tokenLimit(body['max_completion_tokens'] ?? body['max_tokens']),
      includeUsage: isObject(options) && options['include_usage'] === true,
      headers,
      body,
    }
  },
  answer: (exchange, completion) => ({
    ...head(exchange, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: messageOf(exchange, completion),
        logprobs: null,
        finish_reason: FINISH[completion.finish],
      },
    ],
    usage: usageOf(exchange, completion),
  }),
  stream,
  errorEvent: (_exchange, problem) => sse({ error: openaiError(problem) }),
}
