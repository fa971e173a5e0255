import { completionTokens, type Completion, type Finish } from '../completion.ts'
import { hashOf } from '../dice.ts'
import { asksForJson, isObject, readMessages, tokenLimit, type JsonObject } from '../request.ts'
import { countTokens } from '../tokens.ts'
import { deltas, toolCalls } from './chat-deltas.ts'
import { openaiError } from './openai-error.ts'
import { padding, quiet, sse, type Exchange, type Piece, type Wire } from './wire.ts'

const FINISH: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  // A refusal has a field of its own and the most innocent of finish reasons.
  refusal: 'stop',
  'content-filter': 'content_filter',
  // Never reached: here a blocked prompt is an error (see faults/answers.ts).
  blocked: 'content_filter',
}

const usageOf = ({ inputTokens }: Exchange, completion: Completion): JsonObject => {
  const outputTokens = completionTokens(completion)
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: countTokens(completion.reasoning),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

const messageOf = (exchange: Exchange, completion: Completion): JsonObject => {
  const refused = completion.finish === 'refusal'
  const silent = completion.tools.length > 0 && completion.text === ''
  return {
    role: 'assistant',
    content: refused || silent ? null : completion.text,
    refusal: refused ? completion.text : null,
    // Not OpenAI's: its models think in silence. DeepSeek, vLLM and OpenRouter speak so.
    ...(completion.reasoning !== '' && { reasoning_content: completion.reasoning }),
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
  system_fingerprint: `fp_${hashOf('model', request.model).slice(0, 10)}`,
})

const stream = (exchange: Exchange, completion: Completion): readonly Piece[] => {
  const includeUsage = exchange.request.includeUsage && !exchange.withoutUsage
  const common = head(exchange, 'chat.completion.chunk')
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    sse({
      ...common,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(includeUsage && { usage: null }),
      ...padding(exchange, delta),
    })
  return [
    quiet(chunk({ role: 'assistant', content: '', refusal: null })),
    ...deltas(exchange, completion).map(([delta, tokens, part]) => ({
      data: chunk(delta),
      tokens,
      part,
    })),
    quiet(chunk({}, FINISH[completion.finish]), 'finish'),
    ...(includeUsage
      ? [quiet(sse({ ...common, choices: [], usage: usageOf(exchange, completion) }))]
      : []),
    quiet('data: [DONE]\n\n', 'done'),
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
    ...(!exchange.withoutUsage && { usage: usageOf(exchange, completion) }),
  }),
  stream,
  ping: ': keep-alive\n\n',
  errorEvent: (_exchange, problem) => sse({ error: openaiError(problem) }),
}
