import type { Answer, Dialect } from '@holdfast/core'

import { aiSdk } from '../src/ai-sdk.ts'
import { anthropicMessages } from '../src/anthropic-messages.ts'
import { bedrock } from '../src/bedrock.ts'
import { cohere } from '../src/cohere.ts'
import { gemini } from '../src/gemini.ts'
import { ollama } from '../src/ollama.ts'
import { openAIChat } from '../src/openai-chat.ts'
import { openAIResponses } from '../src/openai-responses.ts'

/** What the types of the SDKs allow and hardly anybody sends: whole and as a stream it reads as the same. */
export interface OddAnswer {
  readonly name: string
  readonly dialect: Dialect
  /** Left out where a wire has this in streams only. */
  readonly whole?: unknown
  /** Left out where a wire has this in whole answers only. */
  readonly chunks?: readonly unknown[]
  readonly reads: Partial<Answer>
}

const chat = (message: object, more?: object): object => ({
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  ...more,
})
const chatChunk = (delta: object, finish_reason: string | null = null, index = 0): object => ({
  choices: [{ index, delta, finish_reason }],
})
const calls = (...tool_calls: object[]): object => ({ tool_calls })

const CHAT: readonly OddAnswer[] = [
  {
    name: 'Chat: thoughts in the second of two fields, of which the first is empty',
    dialect: openAIChat,
    whole: chat({ content: 'Hi', reasoning_content: '', reasoning: 'hm' }),
    chunks: [
      chatChunk({ content: null, reasoning_content: '', reasoning: 'hm' }),
      chatChunk({ content: 'Hi' }),
      chatChunk({}, 'stop'),
    ],
    reads: { text: 'Hi', reasoning: 'hm', finish: 'stop' },
  },
  {
    name: 'Chat: two calls of other names, with no id and the same index',
    dialect: openAIChat,
    whole: chat(
      calls(
        { function: { name: 'f', arguments: '{"a":1}' } },
        { function: { name: 'g', arguments: '{}' } },
      ),
    ),
    chunks: [
      chatChunk(calls({ index: 0, function: { name: 'f', arguments: '{"a":1}' } })),
      chatChunk(calls({ index: 0, function: { name: 'g', arguments: '{}' } })),
      chatChunk({}, 'stop'),
    ],
    reads: {
      finish: 'tool-calls',
      tools: [
        { name: 'f', arguments: '{"a":1}' },
        { name: 'g', arguments: '{}' },
      ],
    },
  },
  {
    name: 'Chat: two calls of other names that share an id',
    dialect: openAIChat,
    whole: chat(
      calls(
        { id: 'call_0', function: { name: 'f', arguments: '{}' } },
        { id: 'call_0', function: { name: 'g', arguments: '{}' } },
      ),
    ),
    chunks: [
      chatChunk(calls({ index: 0, id: 'call_0', function: { name: 'f', arguments: '{}' } })),
      chatChunk(calls({ index: 1, id: 'call_0', function: { name: 'g', arguments: '{}' } })),
      chatChunk({}, 'stop'),
    ],
    reads: {
      tools: [
        { id: 'call_0', name: 'f', arguments: '{}' },
        { id: 'call_0', name: 'g', arguments: '{}' },
      ],
    },
  },
  {
    name: 'Chat: a call with another id in every delta',
    dialect: openAIChat,
    chunks: [
      chatChunk(calls({ index: 0, id: 'a', function: { name: 'f', arguments: '' } })),
      chatChunk(calls({ index: 0, id: 'b', function: { arguments: '{"a"' } })),
      chatChunk(calls({ index: 0, id: 'c', function: { arguments: ':1}' } })),
      chatChunk({}, 'tool_calls'),
    ],
    reads: { finish: 'tool-calls', tools: [{ id: 'a', name: 'f', arguments: '{"a":1}' }] },
  },
  {
    name: 'Chat: two calls that are written at once',
    dialect: openAIChat,
    chunks: [
      chatChunk(calls({ index: 0, id: 'a', function: { name: 'f', arguments: '' } })),
      chatChunk(calls({ index: 1, id: 'b', function: { name: 'f', arguments: '' } })),
      chatChunk(calls({ index: 0, function: { arguments: '{"a":1}' } })),
      chatChunk(calls({ index: 1, function: { arguments: '{"b":2}' } })),
      chatChunk({}, 'tool_calls'),
    ],
    reads: {
      tools: [
        { id: 'a', name: 'f', arguments: '{"a":1}' },
        { id: 'b', name: 'f', arguments: '{"b":2}' },
      ],
    },
  },
  {
    name: 'Chat: a reason that is no reason until there is one',
    dialect: openAIChat,
    chunks: [
      chatChunk({ content: 'H' }, ''),
      chatChunk({ content: 'i' }, 'null'),
      chatChunk({}, 'stop'),
    ],
    reads: { text: 'Hi', finish: 'stop', rawFinish: 'stop' },
  },
  {
    name: 'Chat: an image among the parts',
    dialect: openAIChat,
    whole: chat({
      content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,x' } }],
    }),
    chunks: [
      chatChunk({
        content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,x' } }],
      }),
      chatChunk({}, 'stop'),
    ],
    reads: { text: '', files: 1 },
  },
  {
    name: 'Chat: several choices, of which the first is the answer',
    dialect: openAIChat,
    whole: {
      choices: [
        { index: 0, message: { content: 'Hi' }, finish_reason: 'stop' },
        { index: 1, message: { content: 'Ho' }, finish_reason: 'length' },
      ],
    },
    chunks: [
      chatChunk({ content: 'Ho' }, null, 1),
      chatChunk({ content: 'Hi' }),
      chatChunk({}, 'stop'),
      chatChunk({}, 'length', 1),
    ],
    reads: { text: 'Hi', finish: 'stop' },
  },
  {
    name: 'Chat: DeepSeek counts the cached tokens under a name of its own',
    dialect: openAIChat,
    whole: chat(
      { content: 'Hi' },
      { usage: { prompt_tokens: 9, prompt_cache_hit_tokens: 4, completion_tokens: 1 } },
    ),
    chunks: [
      chatChunk({ content: 'Hi' }, 'stop'),
      {
        choices: [],
        usage: { prompt_tokens: 9, prompt_cache_hit_tokens: 4, completion_tokens: 1 },
      },
    ],
    reads: {
      usage: { inputTokens: 9, cachedInputTokens: 4, outputTokens: 1, source: 'reported' },
    },
  },
  {
    name: 'Chat: xAI and Google count thoughts in the total alone',
    dialect: openAIChat,
    whole: chat(
      { content: 'Hi' },
      {
        usage: {
          prompt_tokens: 9,
          completion_tokens: 1,
          total_tokens: 210,
          completion_tokens_details: { reasoning_tokens: 200 },
        },
      },
    ),
    reads: {
      usage: { inputTokens: 9, outputTokens: 201, reasoningTokens: 200, source: 'reported' },
    },
  },
  {
    name: 'Chat: details of the usage that are null',
    dialect: openAIChat,
    whole: chat(
      { content: 'Hi' },
      {
        usage: {
          prompt_tokens: 9,
          completion_tokens: 1,
          prompt_tokens_details: null,
          completion_tokens_details: null,
        },
      },
    ),
    reads: { usage: { inputTokens: 9, outputTokens: 1, source: 'reported' } },
  },
]

const event = (type: string, more: object): object => ({ type, ...more })
const claude = (content: object[], stop_reason: string, more?: object): object => ({
  type: 'message',
  content,
  stop_reason,
  ...more,
})

const MESSAGES: readonly OddAnswer[] = [
  {
    name: 'Messages: a call whose input stands in its start',
    dialect: anthropicMessages,
    whole: claude([{ type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }], 'tool_use'),
    chunks: [
      event('content_block_start', {
        index: 0,
        content_block: { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
      }),
      event('content_block_stop', { index: 0 }),
      event('message_delta', { delta: { stop_reason: 'tool_use' } }),
      event('message_stop', {}),
    ],
    reads: { finish: 'tool-calls', tools: [{ id: 't', name: 'f', arguments: '{"a":1}' }] },
  },
  {
    name: 'Messages: what its server looked up and ran is no call, and what it made is a file',
    dialect: anthropicMessages,
    whole: claude(
      [
        { type: 'redacted_thinking', data: 'x' },
        { type: 'mcp_tool_use', id: 'm', name: 'f', server_name: 's', input: {} },
        { type: 'mcp_tool_result', tool_use_id: 'm', content: [{ type: 'text', text: 'no' }] },
        { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
        { type: 'text', text: 'Hi', citations: [{ type: 'char_location', cited_text: 'no' }] },
        { type: 'container_upload', file_id: 'f' },
      ],
      'end_turn',
    ),
    chunks: [
      event('content_block_start', {
        content_block: { type: 'mcp_tool_use', id: 'm', name: 'f', server_name: 's', input: {} },
      }),
      event('content_block_delta', { delta: { type: 'input_json_delta', partial_json: '{}' } }),
      event('content_block_stop', {}),
      event('content_block_start', {
        content_block: { type: 'mcp_tool_result', content: [{ type: 'text', text: 'no' }] },
      }),
      event('content_block_stop', {}),
      event('content_block_start', { content_block: { type: 'text', text: '' } }),
      event('content_block_delta', { delta: { type: 'text_delta', text: 'Hi' } }),
      event('content_block_delta', {
        delta: { type: 'citations_delta', citation: { cited_text: 'no' } },
      }),
      event('content_block_stop', {}),
      event('content_block_start', { content_block: { type: 'container_upload', file_id: 'f' } }),
      event('content_block_stop', {}),
      event('message_delta', { delta: { stop_reason: 'end_turn' } }),
      event('message_stop', {}),
    ],
    reads: { text: 'Hi', tools: [], files: 1, finish: 'stop' },
  },
  {
    name: 'Messages: the conversation was compacted, and goes on from there',
    dialect: anthropicMessages,
    whole: claude([{ type: 'compaction', content: 'x', encrypted_content: 'y' }], 'compaction'),
    chunks: [
      event('content_block_start', { content_block: { type: 'compaction', content: null } }),
      event('content_block_delta', { delta: { type: 'compaction_delta', content: 'x' } }),
      event('content_block_stop', {}),
      event('message_delta', { delta: { stop_reason: 'compaction' } }),
      event('message_stop', {}),
    ],
    reads: { text: '', finish: 'pause' },
  },
  {
    name: 'Messages: the last count leaves out what the first one told of the cache',
    dialect: anthropicMessages,
    chunks: [
      event('message_start', {
        message: { usage: { input_tokens: 3, cache_read_input_tokens: 6, output_tokens: 1 } },
      }),
      event('message_delta', {
        delta: { stop_reason: 'end_turn' },
        usage: {
          input_tokens: null,
          cache_read_input_tokens: null,
          cache_creation_input_tokens: null,
          output_tokens: 7,
        },
      }),
      event('message_stop', {}),
    ],
    reads: {
      usage: { inputTokens: 9, cachedInputTokens: 6, outputTokens: 7, source: 'reported' },
    },
  },
]

const item = (it: object): readonly object[] => [
  event('response.output_item.added', { output_index: 0, item: it }),
  event('response.output_item.done', { output_index: 0, item: it }),
]
const response = (output: readonly object[], more?: object): object => ({
  id: 'r',
  status: 'completed',
  output,
  ...more,
})
/** Whole, and as a stream in which every item comes whole. */
const inResponses = (
  output: readonly object[],
): Pick<OddAnswer, 'dialect' | 'whole' | 'chunks'> => ({
  dialect: openAIResponses,
  whole: response(output),
  chunks: [...output.flatMap(item), event('response.completed', { response: response(output) })],
})

const RESPONSES: readonly OddAnswer[] = [
  {
    name: 'Responses: a tool search of the server is no call',
    ...inResponses([
      { type: 'tool_search_call', call_id: null, execution: 'server', arguments: {} },
      { type: 'message', content: [{ type: 'output_text', text: '' }] },
    ]),
    reads: { tools: [], finish: 'stop' },
  },
  {
    name: 'Responses: a shell in a container of the server is no call',
    ...inResponses([
      {
        type: 'shell_call',
        call_id: 'c',
        environment: { type: 'container_reference', container_id: 'x' },
        action: { commands: ['ls'] },
      },
      { type: 'shell_call_output', call_id: 'c', output: [] },
    ]),
    reads: { tools: [], finish: 'stop' },
  },
  {
    name: 'Responses: calls without a name of the user are called by their kind',
    ...inResponses([
      {
        type: 'shell_call',
        call_id: 'a',
        environment: { type: 'local' },
        action: { commands: [] },
      },
      { type: 'apply_patch_call', call_id: 'b', operation: { type: 'delete_file', path: 'x' } },
      { type: 'computer_call', call_id: 'c', actions: [{ type: 'screenshot' }] },
    ]),
    reads: {
      finish: 'tool-calls',
      tools: [
        { id: 'a', name: 'shell_call', arguments: '{"commands":[]}' },
        { id: 'b', name: 'apply_patch_call', arguments: '{"type":"delete_file","path":"x"}' },
        { id: 'c', name: 'computer_call', arguments: '[{"type":"screenshot"}]' },
      ],
    },
  },
  {
    name: 'Responses: a call whose arguments come again when it is done',
    dialect: openAIResponses,
    chunks: [
      event('response.output_item.added', {
        item: { type: 'function_call', call_id: 'c', name: 'f', arguments: '' },
      }),
      event('response.function_call_arguments.delta', { delta: '{"a"' }),
      event('response.function_call_arguments.delta', { delta: ':1}' }),
      event('response.function_call_arguments.done', { arguments: '{"a":1}' }),
      event('response.output_item.done', {
        item: { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' },
      }),
      event('response.completed', { response: response([]) }),
    ],
    reads: { tools: [{ id: 'c', name: 'f', arguments: '{"a":1}' }] },
  },
  {
    name: 'Responses: two calls that are written at once',
    dialect: openAIResponses,
    chunks: [
      event('response.output_item.added', {
        output_index: 0,
        item: { type: 'function_call', id: 'x', call_id: 'a', name: 'f', arguments: '' },
      }),
      event('response.output_item.added', {
        output_index: 1,
        item: { type: 'function_call', id: 'y', call_id: 'b', name: 'f', arguments: '' },
      }),
      event('response.function_call_arguments.delta', {
        output_index: 0,
        item_id: 'x',
        delta: '{"a":1}',
      }),
      event('response.function_call_arguments.delta', {
        output_index: 1,
        item_id: 'y',
        delta: '{"b":2}',
      }),
      ...['a', 'b'].map((call_id, output_index) =>
        event('response.output_item.done', {
          output_index,
          item: {
            type: 'function_call',
            call_id,
            name: 'f',
            arguments: output_index ? '{"b":2}' : '{"a":1}',
          },
        }),
      ),
      event('response.completed', { response: response([]) }),
    ],
    reads: {
      tools: [
        { id: 'a', name: 'f', arguments: '{"a":1}' },
        { id: 'b', name: 'f', arguments: '{"b":2}' },
      ],
    },
  },
]

const candidates = (parts: object[], finishReason?: string, index = 0): object => ({
  candidates: [{ index, content: { role: 'model', parts }, ...(finishReason && { finishReason }) }],
})

const GEMINI: readonly OddAnswer[] = [
  {
    name: 'Gemini: a call without arguments',
    dialect: gemini,
    whole: candidates([{ functionCall: { name: 'f' } }], 'STOP'),
    chunks: [candidates([{ functionCall: { name: 'f' } }]), candidates([], 'STOP')],
    reads: { finish: 'tool-calls', tools: [{ name: 'f', arguments: '{}' }] },
  },
  {
    name: 'Gemini: a call that Vertex streams piece by piece, whose arguments nobody can tell before',
    dialect: gemini,
    chunks: [
      candidates([{ functionCall: { name: 'f', willContinue: true } }]),
      candidates([
        {
          functionCall: {
            partialArgs: [{ jsonPath: '$.a', stringValue: 'x', willContinue: true }],
            willContinue: true,
          },
        },
      ]),
      candidates([{ functionCall: {} }], 'STOP'),
    ],
    reads: { finish: 'tool-calls', tools: [{ name: 'f', arguments: '' }] },
  },
  {
    name: 'Gemini: several candidates, of which the first is the answer',
    dialect: gemini,
    whole: {
      candidates: [
        { index: 0, content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' },
        { index: 1, content: { parts: [{ text: 'Ho' }] }, finishReason: 'MAX_TOKENS' },
      ],
    },
    chunks: [
      candidates([{ text: 'Ho' }], undefined, 1),
      candidates([{ text: 'Hi' }], 'STOP'),
      candidates([], 'MAX_TOKENS', 1),
    ],
    reads: { text: 'Hi', finish: 'stop' },
  },
  {
    name: 'Gemini: the results of tools that its server ran are prompt as well',
    dialect: gemini,
    whole: {
      ...candidates(
        [
          { executableCode: { language: 'PYTHON', code: 'print(1)' } },
          { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
          { toolCall: { id: 't', toolType: 'GOOGLE_SEARCH_WEB', args: {} } },
          { text: 'Hi' },
        ],
        'STOP',
      ),
      usageMetadata: {
        promptTokenCount: 9,
        toolUsePromptTokenCount: 20,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 2,
      },
    },
    reads: {
      text: 'Hi',
      tools: [],
      usage: { inputTokens: 29, outputTokens: 7, reasoningTokens: 2, source: 'reported' },
    },
  },
  {
    name: 'Gemini: a stream without `alt=sse` is a list of chunks',
    dialect: gemini,
    whole: [candidates([{ text: 'He' }]), candidates([{ text: 'y' }], 'STOP')],
    chunks: [[candidates([{ text: 'He' }]), candidates([{ text: 'y' }], 'STOP')]],
    reads: { text: 'Hey', finish: 'stop' },
  },
]

const converseStop = (stopReason: string): object => ({ messageStop: { stopReason } })
const BEDROCK: readonly OddAnswer[] = [
  {
    name: 'Converse: text with citations',
    dialect: bedrock,
    whole: {
      output: {
        message: {
          content: [
            { text: 'Well, ' },
            { citationsContent: { content: [{ text: 'hi' }], citations: [{ title: 'no' }] } },
          ],
        },
      },
      stopReason: 'end_turn',
    },
    chunks: [
      { contentBlockDelta: { delta: { text: 'Well, ' } } },
      { contentBlockDelta: { delta: { text: 'hi' } } },
      { contentBlockDelta: { delta: { citation: { title: 'no' } } } },
      { contentBlockStop: {} },
      converseStop('end_turn'),
    ],
    reads: { text: 'Well, hi', finish: 'stop' },
  },
  {
    name: 'Converse: a call without arguments',
    dialect: bedrock,
    whole: {
      output: { message: { content: [{ toolUse: { toolUseId: 't', name: 'f', input: {} } }] } },
      stopReason: 'tool_use',
    },
    chunks: [
      { contentBlockStart: { start: { toolUse: { toolUseId: 't', name: 'f' } } } },
      { contentBlockDelta: { delta: { toolUse: { input: '' } } } },
      { contentBlockStop: {} },
      converseStop('tool_use'),
    ],
    reads: { finish: 'tool-calls', tools: [{ id: 't', name: 'f', arguments: '{}' }] },
  },
  {
    name: 'Converse: a tool of the server is no call',
    dialect: bedrock,
    whole: {
      output: {
        message: {
          content: [
            { toolUse: { toolUseId: 't', name: 's', input: { q: 1 }, type: 'server_tool_use' } },
            { toolResult: { toolUseId: 't', content: [{ text: 'no' }] } },
            { text: 'Hi' },
          ],
        },
      },
      stopReason: 'end_turn',
    },
    chunks: [
      {
        contentBlockStart: {
          start: { toolUse: { toolUseId: 't', name: 's', type: 'server_tool_use' } },
        },
      },
      { contentBlockDelta: { delta: { toolUse: { input: '{"q":1}' } } } },
      { contentBlockStop: {} },
      { contentBlockStart: { start: { toolResult: { toolUseId: 't' } } } },
      { contentBlockDelta: { delta: { toolResult: [{ text: 'no' }] } } },
      { contentBlockStop: {} },
      { contentBlockDelta: { delta: { text: 'Hi' } } },
      { contentBlockStop: {} },
      converseStop('end_turn'),
    ],
    reads: { text: 'Hi', tools: [], finish: 'stop' },
  },
  {
    name: 'Converse: an image',
    dialect: bedrock,
    whole: {
      output: { message: { content: [{ image: { format: 'png', source: { bytes: [] } } }] } },
      stopReason: 'end_turn',
    },
    chunks: [
      { contentBlockStart: { start: { image: { format: 'png' } } } },
      { contentBlockDelta: { delta: { image: { source: { bytes: [] } } } } },
      { contentBlockDelta: { delta: { image: { source: { bytes: [] } } } } },
      { contentBlockStop: {} },
      converseStop('end_turn'),
    ],
    reads: { files: 1, finish: 'stop' },
  },
]

const OTHERS: readonly OddAnswer[] = [
  {
    name: 'Cohere: an answer that only tells what it bills',
    dialect: cohere,
    whole: {
      id: 'h',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: null, tool_calls: null },
      usage: { billed_units: { input_tokens: 9, output_tokens: 7 } },
    },
    chunks: [
      event('message-start', { id: 'h', delta: { message: { content: [], tool_calls: [] } } }),
      event('message-end', {
        delta: {
          finish_reason: 'COMPLETE',
          usage: { billed_units: { input_tokens: 9, output_tokens: 7 } },
        },
      }),
    ],
    reads: { finish: 'stop', usage: { inputTokens: 9, outputTokens: 7, source: 'reported' } },
  },
  {
    name: 'Ollama: two calls of one tool, with neither ids nor a place for an index',
    dialect: ollama,
    whole: {
      message: {
        content: '',
        tool_calls: [
          { function: { name: 'f', arguments: {} } },
          { function: { name: 'f', arguments: { a: 1 } } },
        ],
      },
      done: true,
      done_reason: 'stop',
    },
    chunks: [
      { message: { tool_calls: [{ function: { name: 'f', arguments: {} } }] }, done: false },
      { message: { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] }, done: false },
      { message: { content: '' }, done: true, done_reason: 'stop' },
    ],
    reads: {
      finish: 'tool-calls',
      tools: [
        { name: 'f', arguments: '{}' },
        { name: 'f', arguments: '{"a":1}' },
      ],
    },
  },
  {
    name: 'the AI SDK: the counts of `generateText` (6 and 7)',
    dialect: aiSdk,
    whole: {
      content: [{ type: 'text', text: 'Hi' }],
      finishReason: 'stop',
      rawFinishReason: 'end_turn',
      usage: {
        inputTokens: 9,
        inputTokenDetails: { noCacheTokens: 5, cacheReadTokens: 4, cacheWriteTokens: 0 },
        outputTokens: 7,
        outputTokenDetails: { textTokens: 5, reasoningTokens: 2 },
        totalTokens: 16,
      },
    },
    reads: {
      text: 'Hi',
      usage: {
        inputTokens: 9,
        cachedInputTokens: 4,
        outputTokens: 7,
        reasoningTokens: 2,
        source: 'reported',
      },
    },
  },
  {
    name: 'the AI SDK: files, sources, and parts of a kind that is new',
    dialect: aiSdk,
    whole: {
      content: [
        { type: 'file', mediaType: 'image/png', data: 'x' },
        { type: 'reasoning-file', mediaType: 'image/png', data: 'x' },
        { type: 'source', sourceType: 'url', id: 's', url: 'x', title: 'no' },
        { type: 'custom', kind: 'p.x' },
        { type: 'tool-result', toolCallId: 't', toolName: 'search', result: {} },
      ],
      finishReason: { unified: 'stop', raw: 'stop' },
    },
    chunks: [
      event('file', { mediaType: 'image/png', data: 'x' }),
      event('reasoning-file', { mediaType: 'image/png', data: 'x' }),
      event('source', { sourceType: 'url', id: 's', url: 'x', title: 'no' }),
      event('custom', { kind: 'p.x' }),
      event('tool-result', { toolCallId: 't', toolName: 'search', result: {} }),
      event('ping', {}),
      event('raw', { rawValue: { text: 'no' } }),
      event('finish', { finishReason: { unified: 'stop', raw: 'stop' }, usage: {} }),
    ],
    reads: { text: '', files: 2, tools: [], finish: 'stop' },
  },
]

export const ODD_ANSWERS: readonly OddAnswer[] = [
  ...CHAT,
  ...MESSAGES,
  ...RESPONSES,
  ...GEMINI,
  ...BEDROCK,
  ...OTHERS,
]
