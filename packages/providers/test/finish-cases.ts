import type { Answer } from '@holdfast/core'

/** How a body with status 200 ended, and what a reader must make of it. */
export interface FinishCase {
  readonly name: string
  readonly body: object
  readonly reads: Partial<Answer>
}

const chat = (finish_reason: string, message: object): object => ({
  id: 'c',
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', refusal: null, content: null, ...message },
      finish_reason,
    },
  ],
})
const claude = (stop_reason: string, content: object[], more?: object): object => ({
  id: 'm',
  type: 'message',
  role: 'assistant',
  content,
  stop_reason,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
  ...more,
})
const said = [{ type: 'text', text: 'x' }]
const geminiEnds = (finishReason: string, more?: object): object => ({
  candidates: [{ content: { role: 'model' }, finishReason, index: 0 }],
  ...more,
})
const responses = (more: object): object => ({ id: 'r', object: 'response', output: [], ...more })

/** Words of a block, where the model was not let answer. */
const filtered = (rawFinish: string, blocked?: string): Partial<Answer> => ({
  finish: 'content-filter',
  rawFinish,
  text: '',
  ...(blocked && { blocked }),
})
const failed = (rawFinish: string): Partial<Answer> => ({ finish: 'error', rawFinish, text: '' })

export const FINISH_CASES: readonly FinishCase[] = [
  { name: 'OpenAI filtered', body: chat('content_filter', {}), reads: filtered('content_filter') },
  {
    name: 'OpenAI refused, with "stop"',
    body: chat('stop', { refusal: 'I cannot help with that.' }),
    reads: { finish: 'refusal', refusal: 'I cannot help with that.', text: '' },
  },
  {
    name: 'OpenAI without a choice',
    body: { id: 'c', object: 'chat.completion', choices: [] },
    reads: { finish: 'unknown', text: '', tools: [] },
  },
  {
    name: 'OpenAI with half a tool call',
    body: chat('tool_calls', {
      tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{"a":' } }],
    }),
    reads: { finish: 'tool-calls', tools: [{ id: '1', name: 'f', arguments: '{"a":' }] },
  },
  {
    name: 'Responses cut by the limit',
    body: responses({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
    reads: { finish: 'length', rawFinish: 'max_output_tokens' },
  },
  {
    name: 'Responses filtered',
    body: responses({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }),
    reads: filtered('content_filter'),
  },
  {
    name: 'Responses blocked by a policy',
    body: responses({ status: 'failed', error: { code: 'bio_policy', message: 'x' } }),
    reads: filtered('bio_policy', 'bio_policy'),
  },
  {
    name: 'Responses refused in a part',
    body: responses({
      status: 'completed',
      output: [
        { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
      ],
    }),
    reads: { finish: 'refusal', refusal: 'no', text: '' },
  },
  {
    name: 'Claude cut by the limit',
    body: claude('max_tokens', said),
    reads: { finish: 'length', text: 'x' },
  },
  {
    name: 'Claude refused',
    body: claude('refusal', [], {
      stop_details: { type: 'refusal', category: 'cyber', explanation: null },
    }),
    reads: { finish: 'refusal', blocked: 'cyber', refusal: 'cyber', text: '' },
  },
  {
    name: 'Claude paused',
    body: claude('pause_turn', said),
    reads: { finish: 'pause', text: 'x' },
  },
  {
    name: 'Gemini cut by the limit',
    body: geminiEnds('MAX_TOKENS'),
    reads: { finish: 'length', text: '' },
  },
  { name: 'Gemini filtered', body: geminiEnds('SAFETY'), reads: filtered('SAFETY', 'SAFETY') },
  {
    name: 'Gemini reciting',
    body: geminiEnds('RECITATION'),
    reads: filtered('RECITATION', 'RECITATION'),
  },
  {
    name: 'Gemini with a word of the blocklist',
    body: geminiEnds('BLOCKLIST'),
    reads: filtered('BLOCKLIST', 'BLOCKLIST'),
  },
  { name: 'Gemini in no known language', body: geminiEnds('LANGUAGE'), reads: failed('LANGUAGE') },
  { name: 'Gemini for other reasons', body: geminiEnds('OTHER'), reads: failed('OTHER') },
  {
    name: 'Gemini calling too many tools',
    body: geminiEnds('TOO_MANY_TOOL_CALLS'),
    reads: failed('TOO_MANY_TOOL_CALLS'),
  },
  {
    name: 'Gemini writing what its server cannot read',
    body: geminiEnds('MALFORMED_RESPONSE'),
    reads: failed('MALFORMED_RESPONSE'),
  },
  {
    name: 'Gemini thinking all its budget away',
    body: geminiEnds('MAX_TOKENS', {
      usageMetadata: { promptTokenCount: 5, thoughtsTokenCount: 95, totalTokenCount: 100 },
    }),
    reads: {
      finish: 'length',
      text: '',
      usage: { inputTokens: 5, outputTokens: 95, reasoningTokens: 95, source: 'reported' },
    },
  },
  {
    name: 'Vertex blocking the prompt',
    body: { promptFeedback: { blockReason: 'JAILBREAK' } },
    reads: filtered('JAILBREAK', 'JAILBREAK'),
  },
  {
    name: 'Cohere failing',
    body: { id: '1', finish_reason: 'ERROR', message: { role: 'assistant', content: [] } },
    reads: failed('ERROR'),
  },
  {
    name: 'Cohere cut by the limit',
    body: { id: '1', finish_reason: 'MAX_TOKENS', message: { role: 'assistant', content: said } },
    reads: { finish: 'length', text: 'x' },
  },
  {
    name: 'Bedrock with a full window',
    body: {
      stopReason: 'model_context_window_exceeded',
      output: { message: { role: 'assistant', content: [] } },
    },
    reads: { finish: 'context-window', text: '' },
  },
  {
    name: 'Ollama cut by the limit',
    body: { message: { role: 'assistant', content: '' }, done: true, done_reason: 'length' },
    reads: { finish: 'length', text: '' },
  },
]
