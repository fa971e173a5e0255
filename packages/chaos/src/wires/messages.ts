import { completionTokens, type Completion, type Finish } from '../completion.ts'
import { asksForJson, isObject, readMessages, tokenLimit, type JsonObject } from '../request.ts'
import { countTokens } from '../tokens.ts'
import { anthropicError } from './anthropic-error.ts'
import { blocksOf, type Block } from './messages-blocks.ts'
import { quiet, sse, type Exchange, type Piece, type Wire } from './wire.ts'

const STOP_REASON: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  // Never reached: here a filter is an error, not a way to stop (see faults/answers.ts).
  'content-filter': 'refusal',
  blocked: 'refusal',
}

/** The clients cannot do without a usage: who does not know it writes zeros, as gateways do. */
const tokensOf = (
  { inputTokens, withoutUsage }: Exchange,
  outputTokens: number,
  thinking = 0,
): JsonObject => ({
  input_tokens: withoutUsage ? 0 : inputTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: withoutUsage ? 0 : outputTokens,
  output_tokens_details: thinking > 0 && !withoutUsage ? { thinking_tokens: thinking } : null,
  server_tool_use: null,
})

/** What a message says of its tokens; the end of a stream, which repeats the counts, says nothing of tiers and places. */
const usageOf = (...tokens: Parameters<typeof tokensOf>): JsonObject => ({
  ...tokensOf(...tokens),
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  inference_geo: null,
  service_tier: 'standard',
  speed: null,
})

const stopOf = ({ finish }: Completion): JsonObject => ({
  stop_reason: STOP_REASON[finish],
  stop_sequence: null,
  stop_details:
    finish === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
})

const head = ({ id, request }: Exchange): JsonObject => ({
  id: `msg_01${id.slice(0, 22)}`,
  type: 'message',
  role: 'assistant',
  model: request.model,
  container: null,
  diagnostics: null,
})

const event = (type: string, data: JsonObject): string => sse({ type, ...data }, type)

const blockEvents = (block: Block, index: number): readonly Piece[] => [
  quiet(event('content_block_start', { index, content_block: block.open })),
  ...(index === 0 ? [quiet(event('ping', {}))] : []),
  ...block.deltas.map((delta) => ({
    data: event('content_block_delta', { index, delta }),
    tokens: 1,
    part: block.part,
  })),
  ...block.signature.map((delta) => quiet(event('content_block_delta', { index, delta }))),
  quiet(event('content_block_stop', { index })),
]

const stream = (exchange: Exchange, completion: Completion): readonly Piece[] => {
  const message = {
    ...head(exchange),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    // The real one counts the first token before it has sent any.
    usage: usageOf(exchange, 1),
  }
  return [
    quiet(event('message_start', { message })),
    ...blocksOf(exchange, completion).flatMap(blockEvents),
    quiet(
      event('message_delta', {
        delta: { ...stopOf(completion), container: null },
        usage: tokensOf(exchange, completionTokens(completion), countTokens(completion.reasoning)),
      }),
      'finish',
    ),
    quiet(event('message_stop', {}), 'done'),
  ]
}

/** Anthropic Messages. */
export const messages: Wire = {
  endpoint: '/v1/messages',
  provider: 'anthropic',
  read: (body, headers) => {
    const { model, output_config: config } = body
    if (typeof model !== 'string') return 'model: Field required'
    if (typeof body['max_tokens'] !== 'number') return 'max_tokens: Field required'
    if (!Array.isArray(body['messages'])) return 'messages: Field required'
    const { prompt, input } = readMessages(body['messages'], body['system'])
    return {
      endpoint: '/v1/messages',
      model,
      prompt,
      input,
      stream: body['stream'] === true,
      json: asksForJson(prompt, isObject(config) ? config['format'] : undefined),
      maxTokens: tokenLimit(body['max_tokens']),
      includeUsage: true,
      headers,
      body,
    }
  },
  answer: (exchange, completion) => ({
    ...head(exchange),
    content: blocksOf(exchange, completion).map((block) => block.full),
    ...stopOf(completion),
    usage: usageOf(exchange, completionTokens(completion), countTokens(completion.reasoning)),
  }),
  stream,
  ping: event('ping', {}),
  errorEvent: (exchange, problem) => sse(anthropicError(exchange, problem), 'error'),
}
