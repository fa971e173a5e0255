import type { Dialect, FaultKind, Seen, StreamProtocol } from '@holdfast/core'

import { aiSdk } from '../src/ai-sdk.ts'
import { anthropicMessages } from '../src/anthropic-messages.ts'
import { bedrock } from '../src/bedrock.ts'
import { cohere } from '../src/cohere.ts'
import { gemini } from '../src/gemini.ts'
import { mistral } from '../src/mistral.ts'
import { ollama } from '../src/ollama.ts'
import { openAIChat } from '../src/openai-chat.ts'
import { openAIResponses } from '../src/openai-responses.ts'

/** One answer as a wire streams it and as it gives it whole: it thinks, says "Hello!", calls `f`. */
export interface StreamOf {
  readonly name: string
  readonly protocol: StreamProtocol
  readonly dialect: Dialect
  readonly chunks: readonly unknown[]
  readonly whole: unknown
  /** What each chunk brings that a consumer would show. */
  readonly contents: readonly (Seen['content'] | '-')[]
  /** The index of the chunk that ends it. */
  readonly ends: number
  readonly errors: readonly { readonly frame: unknown; readonly kind: FaultKind }[]
}

const streamOf = (
  name: string,
  dialect: Dialect,
  of: Omit<StreamOf, 'name' | 'dialect' | 'protocol'>,
): StreamOf => ({ name, dialect, protocol: dialect.stream!, ...of })

const chatChunk = (delta: object, finish_reason: string | null = null): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
})
const chatUsage = {
  prompt_tokens: 9,
  completion_tokens: 7,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
}
const chat = streamOf('Chat Completions', openAIChat, {
  chunks: [
    chatChunk({ role: 'assistant', content: '' }),
    chatChunk({ reasoning_content: 'hm' }),
    chatChunk({ content: 'Hel' }),
    chatChunk({ content: 'lo!' }),
    chatChunk({ tool_calls: [{ index: 0, id: 't1', function: { name: 'f', arguments: '' } }] }),
    chatChunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
    chatChunk({}, 'tool_calls'),
    { id: 'c1', object: 'chat.completion.chunk', model: 'm', choices: [], usage: chatUsage },
  ],
  whole: {
    id: 'c1',
    model: 'm',
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          reasoning_content: 'hm',
          content: 'Hello!',
          tool_calls: [
            { id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          ],
        },
      },
    ],
    usage: chatUsage,
  },
  contents: ['-', 'reasoning', 'text', 'text', '-', 'tool', '-', '-'],
  ends: 6,
  errors: [
    // Azure answers 200, and then thinks better of it.
    {
      frame: { error: { code: 'too_many_requests', message: 'Too many requests.' } },
      kind: 'rate-limited',
    },
    { frame: { error: { message: 'x', type: 'server_error', code: null } }, kind: 'server' },
    {
      frame: { error: { message: 'x', type: 'insufficient_quota', code: 'insufficient_quota' } },
      kind: 'quota-exhausted',
    },
    {
      frame: { ...chatChunk({ content: '' }, 'error'), error: { code: 429, message: 'slow' } },
      kind: 'rate-limited',
    },
    { frame: chatChunk({}, 'insufficient_system_resource'), kind: 'overloaded' },
  ],
})

const mistralEvent = (delta: object, more?: object): object => ({
  data: { id: 'c1', model: 'm', choices: [{ index: 0, delta, finishReason: null, ...more }] },
})
const mistralUsage = { promptTokens: 9, completionTokens: 7, totalTokens: 16 }
const mistralCall = { id: 'abcDEF123', function: { name: 'f', arguments: { aB: 1 } }, index: 0 }
const mistralSdk = streamOf("Mistral's SDK", mistral, {
  chunks: [
    mistralEvent({ role: 'assistant', content: '' }),
    mistralEvent({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
    mistralEvent({ content: 'Hel' }),
    mistralEvent({ content: 'lo!' }),
    {
      data: {
        id: 'c1',
        model: 'm',
        choices: [
          {
            index: 0,
            delta: { content: '', toolCalls: [mistralCall] },
            finishReason: 'tool_calls',
          },
        ],
        usage: mistralUsage,
      },
    },
  ],
  whole: {
    id: 'c1',
    model: 'm',
    choices: [
      {
        index: 0,
        finishReason: 'tool_calls',
        message: {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
            { type: 'text', text: 'Hello!' },
          ],
          toolCalls: [mistralCall],
        },
      },
    ],
    usage: mistralUsage,
  },
  contents: ['-', 'reasoning', 'text', 'text', 'tool'],
  ends: 4,
  errors: [],
})

const event = (type: string, more: object): object => ({ type, ...more })
const responseItem = { type: 'function_call', id: 'fc_1', call_id: 't1', name: 'f' }
const responsesUsage = {
  input_tokens: 9,
  output_tokens: 7,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens_details: { reasoning_tokens: 2 },
}
const wholeResponse = {
  id: 'r1',
  object: 'response',
  model: 'm',
  status: 'completed',
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello!' }] },
    { ...responseItem, arguments: '{"a":1}' },
  ],
  usage: responsesUsage,
}
const started = { id: 'r1', status: 'in_progress', model: 'm', output: [] }
const responses = streamOf('Responses', openAIResponses, {
  chunks: [
    event('response.created', { response: started }),
    event('response.in_progress', { response: started }),
    event('response.output_item.added', { item: { type: 'reasoning', id: 'rs_1', summary: [] } }),
    event('response.reasoning_summary_text.delta', { item_id: 'rs_1', delta: 'hm' }),
    event('response.content_part.added', { part: { type: 'output_text', text: '' } }),
    event('response.output_text.delta', { delta: 'Hel' }),
    event('response.output_text.delta', { delta: 'lo!' }),
    event('response.output_text.done', { text: 'Hello!' }),
    event('response.output_item.added', { item: { ...responseItem, arguments: '' } }),
    event('response.function_call_arguments.delta', { item_id: 'fc_1', delta: '{"a":1}' }),
    event('response.output_item.done', { item: wholeResponse.output[2] }),
    event('response.completed', { response: wholeResponse }),
  ],
  whole: wholeResponse,
  contents: ['-', '-', '-', 'reasoning', '-', 'text', 'text', '-', '-', 'tool', '-', '-'],
  ends: 11,
  errors: [
    { frame: event('error', { code: 'rate_limit_exceeded', message: 'x' }), kind: 'rate-limited' },
    {
      frame: event('error', {
        error: { type: 'invalid_request_error', code: 'context_length_exceeded', message: 'x' },
      }),
      kind: 'context-window',
    },
    {
      frame: event('response.failed', {
        response: { id: 'r1', status: 'failed', error: { code: 'server_error', message: 'x' } },
      }),
      kind: 'server',
    },
  ],
})

const block = (index: number, content_block: object): object =>
  event('content_block_start', { index, content_block })
const blockDelta = (index: number, delta: object): object =>
  event('content_block_delta', { index, delta })
const claudeMessage = {
  id: 'm1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [],
  stop_reason: null,
}
const claudeInput = { input_tokens: 3, cache_creation_input_tokens: 2, cache_read_input_tokens: 4 }
const messages = streamOf('Messages', anthropicMessages, {
  chunks: [
    event('message_start', {
      message: { ...claudeMessage, usage: { ...claudeInput, output_tokens: 1 } },
    }),
    event('ping', {}),
    block(0, { type: 'thinking', thinking: '', signature: '' }),
    blockDelta(0, { type: 'thinking_delta', thinking: 'hm' }),
    blockDelta(0, { type: 'signature_delta', signature: 'x' }),
    event('content_block_stop', { index: 0 }),
    block(1, { type: 'text', text: '' }),
    blockDelta(1, { type: 'text_delta', text: 'Hel' }),
    blockDelta(1, { type: 'text_delta', text: 'lo!' }),
    event('content_block_stop', { index: 1 }),
    // A tool that the server runs by itself is no call, and neither is what it is asked.
    block(2, { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} }),
    blockDelta(2, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
    event('content_block_stop', { index: 2 }),
    block(3, { type: 'tool_use', id: 't1', name: 'f', input: {} }),
    blockDelta(3, { type: 'input_json_delta', partial_json: '{"a"' }),
    blockDelta(3, { type: 'input_json_delta', partial_json: ':1}' }),
    event('content_block_stop', { index: 3 }),
    event('message_delta', { delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 7 } }),
    event('message_stop', {}),
  ],
  whole: {
    ...claudeMessage,
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'x' },
      { type: 'text', text: 'Hello!' },
      { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'x' } },
      { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
    usage: { ...claudeInput, output_tokens: 7 },
  },
  contents: [
    '-',
    '-',
    '-',
    'reasoning',
    '-',
    '-',
    '-',
    'text',
    'text',
    '-',
    '-',
    '-',
    '-',
    '-',
    'tool',
    'tool',
    '-',
    '-',
    '-',
  ],
  ends: 18,
  errors: [
    {
      frame: event('error', {
        error: { type: 'overloaded_error', message: 'Overloaded' },
        request_id: 'q',
      }),
      kind: 'overloaded',
    },
    {
      frame: event('error', {
        error: {
          type: 'invalid_request_error',
          message: 'Output blocked by content filtering policy',
        },
      }),
      kind: 'content-filtered',
    },
  ],
})

const candidate = (parts: object[], more?: object): object => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
  modelVersion: 'm',
  responseId: 'g1',
})
const geminiUsage = {
  promptTokenCount: 9,
  candidatesTokenCount: 5,
  thoughtsTokenCount: 2,
  cachedContentTokenCount: 4,
}
const geminiCall = { functionCall: { name: 'f', args: { a: 1 } } }
const google = streamOf('Gemini', gemini, {
  chunks: [
    candidate([{ text: 'hm', thought: true }]),
    {
      ...candidate([{ text: 'Hel' }]),
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1 },
    },
    candidate([{ text: 'lo' }, { text: '!' }]),
    candidate([geminiCall]),
    { ...candidate([{ text: '' }], { finishReason: 'STOP' }), usageMetadata: geminiUsage },
  ],
  whole: {
    ...candidate([{ text: 'hm', thought: true }, { text: 'Hel' }, { text: 'lo!' }, geminiCall], {
      finishReason: 'STOP',
    }),
    usageMetadata: geminiUsage,
  },
  contents: ['reasoning', 'text', 'text', 'tool', '-'],
  ends: 4,
  errors: [
    {
      frame: { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } },
      kind: 'overloaded',
    },
    {
      frame: [{ error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' } }],
      kind: 'rate-limited',
    },
  ],
})

const cohereContent = (content: object): object =>
  event('content-delta', { index: 0, delta: { message: { content } } })
const cohereUsage = {
  billed_units: { input_tokens: 1, output_tokens: 1 },
  tokens: { input_tokens: 9, output_tokens: 7 },
}
const cohereCall = { id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }
const cohereChat = streamOf('Cohere', cohere, {
  chunks: [
    event('message-start', { id: 'h1', delta: { message: { role: 'assistant', content: [] } } }),
    event('tool-plan-delta', { delta: { message: { tool_plan: 'hm' } } }),
    event('content-start', {
      index: 0,
      delta: { message: { content: { type: 'text', text: '' } } },
    }),
    cohereContent({ text: 'Hel' }),
    cohereContent({ text: 'lo!' }),
    event('content-end', { index: 0 }),
    event('tool-call-start', {
      index: 0,
      delta: { message: { tool_calls: { ...cohereCall, function: { name: 'f', arguments: '' } } } },
    }),
    event('tool-call-delta', {
      index: 0,
      delta: { message: { tool_calls: { function: { arguments: '{"a":1}' } } } },
    }),
    event('tool-call-end', { index: 0 }),
    event('message-end', { delta: { finish_reason: 'TOOL_CALL', usage: cohereUsage } }),
  ],
  whole: {
    id: 'h1',
    finish_reason: 'TOOL_CALL',
    message: {
      role: 'assistant',
      tool_plan: 'hm',
      content: [{ type: 'text', text: 'Hello!' }],
      tool_calls: [cohereCall],
    },
    usage: cohereUsage,
  },
  contents: ['-', 'reasoning', '-', 'text', 'text', '-', '-', 'tool', '-', '-'],
  ends: 9,
  errors: [
    {
      frame: event('message-end', { delta: { finish_reason: 'ERROR', error: 'boom' } }),
      kind: 'server',
    },
  ],
})

const ollamaChunk = (message: object, more?: object): object => ({
  model: 'm',
  message: { role: 'assistant', content: '', ...message },
  done: false,
  ...more,
})
const ollamaEnd = { done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 7 }
const ollamaCalls = [{ function: { name: 'f', arguments: { a: 1 } } }]
const ollamaChat = streamOf('Ollama', ollama, {
  chunks: [
    ollamaChunk({ thinking: 'hm' }),
    ollamaChunk({ content: 'Hel' }),
    ollamaChunk({ content: 'lo!' }),
    ollamaChunk({ tool_calls: ollamaCalls }),
    ollamaChunk({}, ollamaEnd),
  ],
  whole: ollamaChunk({ thinking: 'hm', content: 'Hello!', tool_calls: ollamaCalls }, ollamaEnd),
  contents: ['reasoning', 'text', 'text', 'tool', '-'],
  ends: 4,
  errors: [
    { frame: { error: 'an error was encountered while running the model' }, kind: 'server' },
  ],
})

const converseUsage = {
  inputTokens: 3,
  cacheReadInputTokens: 4,
  cacheWriteInputTokens: 2,
  outputTokens: 7,
  totalTokens: 16,
}
const converseDelta = (delta: object): object => ({
  contentBlockDelta: { contentBlockIndex: 0, delta },
})
const converse = streamOf('Converse', bedrock, {
  chunks: [
    { messageStart: { role: 'assistant' } },
    converseDelta({ reasoningContent: { text: 'hm' } }),
    converseDelta({ reasoningContent: { signature: 'x' } }),
    { contentBlockStop: { contentBlockIndex: 0 } },
    converseDelta({ text: 'Hel' }),
    converseDelta({ text: 'lo!' }),
    { contentBlockStop: { contentBlockIndex: 1 } },
    {
      contentBlockStart: {
        start: { toolUse: { toolUseId: 't1', name: 'f' } },
        contentBlockIndex: 2,
      },
    },
    converseDelta({ toolUse: { input: '{"a":1}' } }),
    { contentBlockStop: { contentBlockIndex: 2 } },
    { messageStop: { stopReason: 'tool_use' } },
    { metadata: { usage: converseUsage, metrics: { latencyMs: 9 } } },
  ],
  whole: {
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'hm', signature: 'x' } } },
          { text: 'Hello!' },
          { toolUse: { toolUseId: 't1', name: 'f', input: { a: 1 } } },
        ],
      },
    },
    stopReason: 'tool_use',
    usage: converseUsage,
  },
  contents: ['-', 'reasoning', '-', '-', 'text', 'text', '-', '-', 'tool', '-', '-', '-'],
  ends: 10,
  errors: [
    { frame: { throttlingException: { message: 'Too many tokens' } }, kind: 'rate-limited' },
    {
      frame: { ':exception-type': 'modelStreamErrorException', payload: { message: 'boom' } },
      kind: 'server',
    },
  ],
})

const sdkUsage = {
  inputTokens: { total: 9, noCache: 5, cacheRead: 4, cacheWrite: 0 },
  outputTokens: { total: 7, text: 5, reasoning: 2 },
}
const sdkFinish = { finishReason: { unified: 'tool-calls', raw: 'tool_use' }, usage: sdkUsage }
const sdkCall = { type: 'tool-call', toolCallId: 't1', toolName: 'f', input: '{"a":1}' }
const languageModel = streamOf('the AI SDK', aiSdk, {
  chunks: [
    event('stream-start', { warnings: [] }),
    event('response-metadata', { id: 'a1', modelId: 'm', timestamp: new Date(0) }),
    event('reasoning-start', { id: '0' }),
    event('reasoning-delta', { id: '0', delta: 'hm' }),
    event('reasoning-end', { id: '0' }),
    event('text-start', { id: '1' }),
    event('text-delta', { id: '1', delta: 'Hel' }),
    event('text-delta', { id: '1', delta: 'lo!' }),
    event('text-end', { id: '1' }),
    event('ping', {}),
    event('tool-input-start', { id: 't1', toolName: 'f' }),
    event('tool-input-delta', { id: 't1', delta: '{"a"' }),
    event('tool-input-end', { id: 't1' }),
    sdkCall,
    event('finish', sdkFinish),
  ],
  whole: {
    content: [{ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'Hello!' }, sdkCall],
    ...sdkFinish,
    response: { id: 'a1', modelId: 'm' },
    warnings: [],
  },
  contents: [
    '-',
    '-',
    '-',
    'reasoning',
    '-',
    '-',
    'text',
    'text',
    '-',
    '-',
    '-',
    'tool',
    '-',
    'tool',
    '-',
  ],
  ends: 14,
  errors: [
    {
      frame: event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
      kind: 'overloaded',
    },
  ],
})

export const STREAMS: readonly StreamOf[] = [
  chat,
  mistralSdk,
  responses,
  messages,
  google,
  cohereChat,
  ollamaChat,
  converse,
  languageModel,
]
