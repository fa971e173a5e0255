import { completionTokens, type Completion, type Finish } from '../completion.ts'
import { asksForJson, isObject, readMessages, tokenLimit, type JsonObject } from '../request.ts'
import { tokenize } from '../tokens.ts'
import { anthropicError } from './anthropic-error.ts'
import { quiet, sse, type Exchange, type Piece, type Wire } from './wire.ts'

const STOP_REASON: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  // Never reached: here a filter is an error, not a way to stop (see faults/answers.ts).
  'content-filter': 'refusal',
}

const usageOf = (inputTokens: number, outputTokens: number): JsonObject => ({
  input_tokens: inputTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: outputTokens,
  service_tier: 'standard',
})

const stopOf = ({ finish }: Completion): JsonObject => ({
  stop_reason: STOP_REASON[finish],
  stop_sequence: null,
  ...(finish === 'refusal' && {
    stop_details: { type: 'refusal', category: null, explanation: null },
  }),
})

/** A content block: how it opens, the deltas that fill it, and what it is when full. */
interface Block {
  readonly open: JsonObject
  readonly deltas: readonly JsonObject[]
  readonly full: JsonObject
}

const blocksOf = ({ id }: Exchange, { text, tools }: Completion): readonly Block[] => {
  const textBlock: Block = {
    open: { type: 'text', text: '' },
    deltas: tokenize(text).map((part) => ({ type: 'text_delta', text: part })),
    full: { type: 'text', text },
  }
  const toolBlocks = tools.map((tool, index): Block => {
    const call = { type: 'tool_use', id: `toolu_${index}${id.slice(0, 22)}`, name: tool.name }
    return {
      open: { ...call, input: {} },
      deltas: tokenize(JSON.stringify(tool.arguments)).map((part) => ({
        type: 'input_json_delta',
        partial_json: part,
      })),
      full: { ...call, input: tool.arguments },
    }
  })
  // An empty answer has no block at all: `content: []`.
  return text === '' ? toolBlocks : [textBlock, ...toolBlocks]
}

const head = ({ id, request }: Exchange): JsonObject => ({
  id: `msg_01${id.slice(0, 22)}`,
  type: 'message',
  role: 'assistant',
  model: request.model,
})

const event = (type: string, data: JsonObject): string => sse({ type, ...data }, type)

const blockEvents = (block: Block, index: number): readonly Piece[] => [
  quiet(event('content_block_start', { index, content_block: block.open })),
  ...(index === 0 ? [quiet(event('ping', {}))] : []),
  ...block.deltas.map((delta) => ({
    data: event('content_block_delta', { index, delta }),
    tokens: 1,
  })),
  quiet(event('content_block_stop', { index })),
]

const stream = (exchange: Exchange, completion: Completion): readonly Piece[] => {
  const message = {
    ...head(exchange),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    // The real one counts the first token before it has sent any.
    usage: usageOf(exchange.inputTokens, 1),
  }
  return [
    quiet(event('message_start', { message })),
    ...blocksOf(exchange, completion).flatMap(blockEvents),
    quiet(
      event('message_delta', {
        delta: stopOf(completion),
        usage: { output_tokens: completionTokens(completion) },
      }),
    ),
    quiet(event('message_stop', {})),
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
    usage: usageOf(exchange.inputTokens, completionTokens(completion)),
  }),
  stream,
  errorEvent: (exchange, problem) => sse(anthropicError(exchange, problem), 'error'),
}
