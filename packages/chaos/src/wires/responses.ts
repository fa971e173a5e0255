import { completionTokens, type Completion } from '../completion.ts'
import {
  asksForJson,
  isObject,
  readMessages,
  tokenLimit,
  type ChaosRequest,
  type JsonObject,
} from '../request.ts'
import { countTokens, tokenize } from '../tokens.ts'
import { itemsOf, type Item } from './responses-items.ts'
import { padding, sse, type Exchange, type Part, type Piece, type Wire } from './wire.ts'

const INCOMPLETE: Readonly<Partial<Record<Completion['finish'], string>>> = {
  length: 'max_output_tokens',
  'content-filter': 'content_filter',
}

const usageOf = ({ inputTokens }: Exchange, completion: Completion): JsonObject => {
  const outputTokens = completionTokens(completion)
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: countTokens(completion.reasoning) },
    total_tokens: inputTokens + outputTokens,
  }
}

const shell = ({ id, request, wallMs }: Exchange): JsonObject => ({
  id: `resp_${id.slice(0, 48)}`,
  object: 'response',
  created_at: Math.floor(wallMs / 1000),
  status: 'in_progress',
  background: false,
  completed_at: null,
  error: null,
  incomplete_details: null,
  instructions: request.body['instructions'] ?? null,
  max_output_tokens: request.body['max_output_tokens'] ?? null,
  max_tool_calls: null,
  metadata: {},
  model: request.model,
  output: [],
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  safety_identifier: null,
  reasoning: { effort: null, summary: null },
  service_tier: 'default',
  store: true,
  temperature: 1,
  text: request.body['text'] ?? { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: request.body['tools'] ?? [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  usage: null,
  user: null,
})

const responseOf = (exchange: Exchange, completion: Completion): JsonObject => {
  const reason = INCOMPLETE[completion.finish]
  return {
    ...shell(exchange),
    status: reason === undefined ? 'completed' : 'incomplete',
    completed_at: reason === undefined ? Math.floor(exchange.wallMs / 1000) : null,
    incomplete_details: reason === undefined ? null : { reason },
    output: itemsOf(exchange, completion).map((item) => item.done),
    usage: exchange.withoutUsage ? null : usageOf(exchange, completion),
  }
}

type Event = readonly [type: string, data: JsonObject, part?: Part, tokens?: number]

const itemEvents = (item: Item, outputIndex: number): readonly Event[] => {
  const at = { output_index: outputIndex }
  const where = { ...at, item_id: item.open['id'], ...(item.part && { [item.partIndex]: 0 }) }
  const logprobs = item.event === 'response.output_text' ? { logprobs: [] } : {}
  return [
    ['response.output_item.added', { ...at, item: item.open }],
    ...(item.part
      ? [[`${item.partEvent}.added`, { ...where, part: item.part.open }] as const]
      : []),
    ...tokenize(item.text).map(
      (delta) => [`${item.event}.delta`, { ...where, delta, ...logprobs }, item.kind, 1] as const,
    ),
    [`${item.event}.done`, { ...where, [item.doneKey]: item.text, ...logprobs }],
    ...(item.part ? [[`${item.partEvent}.done`, { ...where, part: item.part.done }] as const] : []),
    ['response.output_item.done', { ...at, item: item.done }],
  ]
}

const stream = (exchange: Exchange, completion: Completion): readonly Piece[] => {
  const response = responseOf(exchange, completion)
  const events: readonly Event[] = [
    ['response.created', { response: shell(exchange) }],
    ['response.in_progress', { response: shell(exchange) }],
    ...itemsOf(exchange, completion).flatMap(itemEvents),
    // It tells why the model stopped and ends the stream: there is no [DONE] here.
    [`response.${String(response['status'])}`, { response }, 'finish'],
  ]
  return events.map(([type, data, part, tokens = 0], index) => ({
    data: sse(
      { type, sequence_number: index, ...data, ...(tokens > 0 && padding(exchange, data)) },
      type,
    ),
    tokens,
    part,
  }))
}

const readInput = ({ input, instructions }: JsonObject): Pick<ChaosRequest, 'prompt' | 'input'> =>
  readMessages(Array.isArray(input) ? input : [{ role: 'user', content: input }], instructions)

/** OpenAI Responses. */
export const responses: Wire = {
  endpoint: '/v1/responses',
  provider: 'openai',
  read: (body, headers) => {
    const { model, input, text } = body
    if (typeof model !== 'string') return "Missing required parameter: 'model'."
    if (typeof input !== 'string' && !Array.isArray(input))
      return "Missing required parameter: 'input'."
    const read = readInput(body)
    return {
      endpoint: '/v1/responses',
      model,
      ...read,
      stream: body['stream'] === true,
      json: asksForJson(read.prompt, isObject(text) ? text['format'] : undefined),
      maxTokens: tokenLimit(body['max_output_tokens']),
      includeUsage: true,
      headers,
      body,
    }
  },
  answer: responseOf,
  stream,
  ping: ': keep-alive\n\n',
  // Flat, unlike the error of a status: the Responses API nests it in neither `error` nor `response`.
  errorEvent: (_exchange, { code, message, param }, before) =>
    sse(
      {
        type: 'error',
        code: code ?? 'server_error',
        message,
        param: param ?? null,
        sequence_number: before,
      },
      'error',
    ),
}
