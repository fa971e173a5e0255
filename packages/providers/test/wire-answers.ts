/**
 * Answers as they stand on the wire: bodies from the providers' documentation, their SDKs' types
 * and quoted issues, reduced to the fields that tell something.
 */

const chatChoice = (finish_reason: string | null, message: object): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
})

export const CHAT = {
  hello: {
    ...chatChoice('stop', { content: 'Hello!', refusal: null }),
    usage: {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1920 },
      completion_tokens_details: { reasoning_tokens: 256 },
    },
  },
  refusal: chatChoice('stop', { content: null, refusal: 'I cannot help with that.' }),
  filtered: chatChoice('content_filter', { content: null, refusal: null }),
  cut: chatChoice('length', { content: 'Once upon', refusal: null }),
  // Reasoning ate all of `max_completion_tokens`.
  onlyReasoning: {
    ...chatChoice('length', { content: '', refusal: null }),
    usage: {
      prompt_tokens: 10,
      completion_tokens: 100,
      completion_tokens_details: { reasoning_tokens: 100 },
    },
  },
  halfWrittenCall: chatChoice('tool_calls', {
    content: null,
    tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{"a":' } }],
  }),
  // With a forced `tool_choice` the finish reason is `stop`.
  forcedCall: chatChoice('stop', {
    content: null,
    tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }],
  }),
  customCall: chatChoice('tool_calls', {
    content: null,
    tool_calls: [{ id: '1', type: 'custom', custom: { name: 'sql', input: 'select 1' } }],
  }),
  legacyCall: chatChoice('function_call', {
    content: null,
    function_call: { name: 'f', arguments: '{"a":1}' },
  }),
  // Ollama sends the arguments parsed.
  parsedArguments: chatChoice('tool_calls', {
    tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }],
  }),
  // Mistral's reasoning models answer in parts.
  parts: chatChoice('stop', {
    content: [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo!' },
    ],
  }),
  upstreamError: chatChoice('error', { content: 'Hal' }),
  windowFull: chatChoice('model_length', { content: 'Hal' }),
  noChoices: { id: 'c', object: 'chat.completion', choices: [] },
} as const

const messageItem = (...content: readonly object[]): object => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content,
})

export const RESPONSES = {
  hello: {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    model: 'gpt-5',
    output: [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] },
      messageItem({ type: 'output_text', text: 'Hel' }, { type: 'output_text', text: 'lo!' }),
    ],
    usage: {
      input_tokens: 328,
      input_tokens_details: { cached_tokens: 128 },
      output_tokens: 52,
      output_tokens_details: { reasoning_tokens: 40 },
      total_tokens: 380,
    },
  },
  cut: {
    id: 'r',
    object: 'response',
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    output: [],
  },
  filtered: {
    id: 'r',
    status: 'incomplete',
    incomplete_details: { reason: 'content_filter' },
    output: [],
  },
  steered: { id: 'r', status: 'incomplete', incomplete_details: { reason: 'steered' }, output: [] },
  blocked: { id: 'r', status: 'failed', error: { code: 'bio_policy', message: 'x' }, output: [] },
  promptBlocked: {
    id: 'r',
    status: 'failed',
    error: {
      code: 'invalid_prompt',
      message: 'Your prompt was flagged as potentially violating our usage policy.',
    },
    output: [],
  },
  failed: { id: 'r', status: 'failed', error: { code: 'server_error', message: 'x' }, output: [] },
  windowFull: {
    id: 'r',
    status: 'failed',
    error: { code: 'context_length_exceeded', message: 'Your input exceeds the context window' },
    output: [],
  },
  refusal: {
    id: 'r',
    status: 'completed',
    output: [messageItem({ type: 'refusal', refusal: 'no' })],
  },
  calls: {
    id: 'r',
    status: 'completed',
    output: [
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{"a":1}' },
      { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_2', name: 'sql', input: 'select 1' },
    ],
  },
  queued: { id: 'r', status: 'queued', output: [] },
  cancelled: { id: 'r', status: 'cancelled', output: [] },
} as const

const message = (stop_reason: string | null, ...content: readonly object[]): object => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content,
  stop_reason,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
})

export const MESSAGES = {
  hello: {
    ...message(
      'end_turn',
      { type: 'thinking', thinking: 'hm', signature: 'x' },
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo!' },
    ),
    usage: {
      input_tokens: 50,
      cache_creation_input_tokens: 248,
      cache_read_input_tokens: 1800,
      output_tokens: 503,
      output_tokens_details: { thinking_tokens: 400 },
    },
  },
  stopSequence: message('stop_sequence', { type: 'text', text: 'x' }),
  cut: message('max_tokens', { type: 'text', text: 'x' }),
  paused: message('pause_turn', { type: 'text', text: 'x' }),
  windowFull: message('model_context_window_exceeded', { type: 'text', text: 'x' }),
  refusal: {
    ...message('refusal'),
    stop_details: { type: 'refusal', category: 'cyber', explanation: null },
  },
  explainedRefusal: {
    ...message('refusal'),
    stop_details: { type: 'refusal', category: 'bio', explanation: 'Could cause harm.' },
  },
  calls: message(
    'tool_use',
    { type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: {} },
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
  ),
  empty: message('end_turn'),
} as const

/** What real servers and proxies sent with status 200 although it was no answer. */
export const NO_ANSWERS: readonly unknown[] = [
  null,
  undefined,
  {},
  [],
  '<!DOCTYPE html><html><body>Sign in to Wi-Fi</body></html>',
  { error: { message: 'Provider returned error', code: 502 } },
  { error: 'Model is unloaded' },
]
