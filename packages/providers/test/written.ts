import type { Dialect } from '@holdfast/core'

import { aiSdk } from '../src/ai-sdk.ts'
import { anthropicMessages } from '../src/anthropic-messages.ts'
import { bedrock } from '../src/bedrock.ts'
import { cohere } from '../src/cohere.ts'
import { gemini } from '../src/gemini.ts'
import { ollama } from '../src/ollama.ts'
import { openAIChat } from '../src/openai-chat.ts'
import { openAIResponses } from '../src/openai-responses.ts'

/** An answer before any wire, in the pieces that it is streamed in. */
export interface Said {
  readonly thoughts: readonly string[]
  readonly text: readonly string[]
  readonly calls: readonly { readonly id: string; readonly name: string; readonly args: Args }[]
  readonly cut: boolean
}
type Args = Readonly<Record<string, unknown>>

/** How a wire gives it: whole, and as a stream. */
export interface Writer {
  readonly dialect: Dialect
  /** Has it ids for its calls? */
  readonly ids: boolean
  readonly whole: (said: Said) => unknown
  readonly chunks: (said: Said) => readonly unknown[]
}

const json = (args: Args): string => JSON.stringify(args)
const joined = (pieces: readonly string[]): string => pieces.join('')
/** A text in two. */
const halves = (text: string): readonly string[] => [
  text.slice(0, text.length / 2),
  text.slice(text.length / 2),
]
const reason = <T>({ cut, calls }: Said, length: T, tools: T, stop: T): T =>
  cut ? length : calls.length > 0 ? tools : stop

const chatEnd = (said: Said): string => reason(said, 'length', 'tool_calls', 'stop')
const chatChunk = (delta: object, finish_reason: string | null = null): object => ({
  choices: [{ index: 0, delta, finish_reason }],
})
const chatUsage = { prompt_tokens: 9, completion_tokens: 5 }
const chatCall = ({ id, name, args }: Said['calls'][number]): object => ({
  id,
  type: 'function',
  function: { name, arguments: json(args) },
})
const chat: Writer = {
  dialect: openAIChat,
  ids: true,
  whole: (said) => ({
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: joined(said.text) || null,
          reasoning_content: joined(said.thoughts),
          tool_calls: said.calls.map(chatCall),
        },
        finish_reason: chatEnd(said),
      },
    ],
    usage: chatUsage,
  }),
  chunks: (said) => [
    chatChunk({ role: 'assistant', content: '' }),
    ...said.thoughts.map((reasoning_content) => chatChunk({ reasoning_content })),
    ...said.text.map((content) => chatChunk({ content })),
    ...said.calls.flatMap(({ id, name, args }, index) => [
      chatChunk({ tool_calls: [{ index, id, function: { name, arguments: '' } }] }),
      ...halves(json(args)).map((part) =>
        chatChunk({ tool_calls: [{ index, function: { arguments: part } }] }),
      ),
    ]),
    chatChunk({}, chatEnd(said)),
    { choices: [], usage: chatUsage },
  ],
}

const responsesOf = (said: Said): object => ({
  status: said.cut ? 'incomplete' : 'completed',
  incomplete_details: said.cut ? { reason: 'max_output_tokens' } : null,
  output: [
    { type: 'reasoning', summary: said.thoughts.map((text) => ({ type: 'summary_text', text })) },
    { type: 'message', content: said.text.map((text) => ({ type: 'output_text', text })) },
    ...said.calls.map(responsesCall),
  ],
  usage: { input_tokens: 9, output_tokens: 5 },
})
const responsesCall = ({ id, name, args }: Said['calls'][number]): object => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: json(args),
})
const responses: Writer = {
  dialect: openAIResponses,
  ids: true,
  whole: responsesOf,
  chunks: (said) => [
    { type: 'response.created', response: { status: 'in_progress', output: [] } },
    ...said.thoughts.map((delta) => ({ type: 'response.reasoning_summary_text.delta', delta })),
    ...said.text.map((delta) => ({ type: 'response.output_text.delta', delta })),
    ...said.calls.flatMap((it) => [
      { type: 'response.output_item.added', item: { ...responsesCall(it), arguments: '' } },
      ...halves(json(it.args)).map((delta) => ({
        type: 'response.function_call_arguments.delta',
        delta,
      })),
      { type: 'response.output_item.done', item: responsesCall(it) },
    ]),
    {
      type: said.cut ? 'response.incomplete' : 'response.completed',
      response: responsesOf(said),
    },
  ],
}

const messagesEnd = (said: Said): string => reason(said, 'max_tokens', 'tool_use', 'end_turn')
const block = (content_block: object, deltas: readonly object[]): readonly object[] => [
  { type: 'content_block_start', content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', delta })),
  { type: 'content_block_stop' },
]
const messages: Writer = {
  dialect: anthropicMessages,
  ids: true,
  whole: (said) => ({
    type: 'message',
    content: [
      { type: 'thinking', thinking: joined(said.thoughts), signature: 'x' },
      { type: 'text', text: joined(said.text) },
      ...said.calls.map(({ id, name, args: input }) => ({ type: 'tool_use', id, name, input })),
    ],
    stop_reason: messagesEnd(said),
    usage: { input_tokens: 4, cache_read_input_tokens: 5, output_tokens: 5 },
  }),
  chunks: (said) => [
    {
      type: 'message_start',
      message: { usage: { input_tokens: 4, cache_read_input_tokens: 5, output_tokens: 1 } },
    },
    ...block(
      { type: 'thinking', thinking: '' },
      said.thoughts.map((thinking) => ({ type: 'thinking_delta', thinking })),
    ),
    { type: 'ping' },
    ...block(
      { type: 'text', text: '' },
      said.text.map((text) => ({ type: 'text_delta', text })),
    ),
    ...said.calls.flatMap(({ id, name, args }) =>
      block(
        { type: 'tool_use', id, name, input: {} },
        // Claude says nothing where there is nothing to say.
        Object.keys(args).length === 0
          ? []
          : halves(json(args)).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      ),
    ),
    {
      type: 'message_delta',
      delta: { stop_reason: messagesEnd(said) },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ],
}

const geminiEnd = ({ cut }: Said): string => (cut ? 'MAX_TOKENS' : 'STOP')
const candidate = (parts: readonly object[], more?: object): object => ({
  candidates: [{ content: { role: 'model', parts }, ...more }],
})
const geminiUsage = { promptTokenCount: 9, candidatesTokenCount: 3, thoughtsTokenCount: 2 }
const geminiParts = (said: Said): readonly object[] => [
  ...said.thoughts.map((text) => ({ text, thought: true })),
  ...said.text.map((text) => ({ text })),
  ...said.calls.map(({ name, args }) => ({ functionCall: { name, args } })),
]
const google: Writer = {
  dialect: gemini,
  ids: false,
  whole: (said) => ({
    ...candidate(geminiParts(said), { finishReason: geminiEnd(said) }),
    usageMetadata: geminiUsage,
  }),
  chunks: (said) => [
    ...geminiParts(said).map((part) => candidate([part])),
    { ...candidate([{ text: '' }], { finishReason: geminiEnd(said) }), usageMetadata: geminiUsage },
  ],
}

const converseUsage = { inputTokens: 9, outputTokens: 5 }
const converse: Writer = {
  dialect: bedrock,
  ids: true,
  whole: (said) => ({
    output: {
      message: {
        content: [
          { reasoningContent: { reasoningText: { text: joined(said.thoughts) } } },
          ...said.text.map((text) => ({ text })),
          ...said.calls.map(({ id, name, args }) => ({
            toolUse: { toolUseId: id, name, input: args },
          })),
        ],
      },
    },
    stopReason: messagesEnd(said),
    usage: converseUsage,
  }),
  chunks: (said) => [
    { messageStart: { role: 'assistant' } },
    ...said.thoughts.map((text) => ({
      contentBlockDelta: { delta: { reasoningContent: { text } } },
    })),
    { contentBlockStop: {} },
    ...said.text.map((text) => ({ contentBlockDelta: { delta: { text } } })),
    { contentBlockStop: {} },
    ...said.calls.flatMap(({ id, name, args }) => [
      { contentBlockStart: { start: { toolUse: { toolUseId: id, name } } } },
      ...halves(json(args)).map((input) => ({
        contentBlockDelta: { delta: { toolUse: { input } } },
      })),
      { contentBlockStop: {} },
    ]),
    { messageStop: { stopReason: messagesEnd(said) } },
    { metadata: { usage: converseUsage } },
  ],
}

const cohereEnd = (said: Said): string => reason(said, 'MAX_TOKENS', 'TOOL_CALL', 'COMPLETE')
const cohereUsage = { tokens: { input_tokens: 9, output_tokens: 5 } }
const cohereDelta = (type: string, message: object): object => ({ type, delta: { message } })
const cohereChat: Writer = {
  dialect: cohere,
  ids: true,
  whole: (said) => ({
    finish_reason: cohereEnd(said),
    message: {
      content: [
        { type: 'thinking', thinking: joined(said.thoughts) },
        { type: 'text', text: joined(said.text) },
      ],
      tool_calls: said.calls.map(chatCall),
    },
    usage: cohereUsage,
  }),
  chunks: (said) => [
    cohereDelta('message-start', { role: 'assistant', content: [] }),
    ...said.thoughts.map((thinking) => cohereDelta('content-delta', { content: { thinking } })),
    ...said.text.map((text) => cohereDelta('content-delta', { content: { text } })),
    ...said.calls.flatMap(({ id, name, args }) => [
      cohereDelta('tool-call-start', { tool_calls: { id, function: { name, arguments: '' } } }),
      ...halves(json(args)).map((part) =>
        cohereDelta('tool-call-delta', { tool_calls: { function: { arguments: part } } }),
      ),
      { type: 'tool-call-end' },
    ]),
    { type: 'message-end', delta: { finish_reason: cohereEnd(said), usage: cohereUsage } },
  ],
}

const ollamaEnd = ({ cut }: Said): object => ({
  done: true,
  done_reason: cut ? 'length' : 'stop',
  prompt_eval_count: 9,
  eval_count: 5,
})
const ollamaCalls = (said: Said): readonly object[] =>
  said.calls.map(({ name, args }) => ({ function: { name, arguments: args } }))
const ollamaChat: Writer = {
  dialect: ollama,
  ids: false,
  whole: (said) => ({
    message: {
      content: joined(said.text),
      thinking: joined(said.thoughts),
      tool_calls: ollamaCalls(said),
    },
    ...ollamaEnd(said),
  }),
  chunks: (said) => [
    ...said.thoughts.map((thinking) => ({ message: { content: '', thinking }, done: false })),
    ...said.text.map((content) => ({ message: { content }, done: false })),
    ...ollamaCalls(said).map((it) => ({ message: { content: '', tool_calls: [it] }, done: false })),
    { message: { content: '' }, ...ollamaEnd(said) },
  ],
}

const sdkEnd = (said: Said): object => ({
  finishReason: {
    unified: reason(said, 'length', 'tool-calls', 'stop'),
    raw: messagesEnd(said),
  },
  usage: { inputTokens: { total: 9 }, outputTokens: { total: 5 } },
})
const sdkCalls = (said: Said): readonly object[] =>
  said.calls.map(({ id, name, args }) => ({
    type: 'tool-call',
    toolCallId: id,
    toolName: name,
    input: json(args),
  }))
const languageModel: Writer = {
  dialect: aiSdk,
  ids: true,
  whole: (said) => ({
    content: [
      { type: 'reasoning', text: joined(said.thoughts) },
      { type: 'text', text: joined(said.text) },
      ...sdkCalls(said),
    ],
    ...sdkEnd(said),
  }),
  chunks: (said) => [
    { type: 'stream-start', warnings: [] },
    ...said.thoughts.map((delta) => ({ type: 'reasoning-delta', id: '0', delta })),
    ...said.text.map((delta) => ({ type: 'text-delta', id: '1', delta })),
    ...said.calls.flatMap(({ id, name, args }, n) => [
      { type: 'tool-input-start', id, toolName: name },
      ...halves(json(args)).map((delta) => ({ type: 'tool-input-delta', id, delta })),
      { type: 'tool-input-end', id },
      sdkCalls(said)[n],
    ]),
    { type: 'finish', ...sdkEnd(said) },
  ],
}

export const WRITERS: readonly Writer[] = [
  chat,
  responses,
  messages,
  google,
  converse,
  cohereChat,
  ollamaChat,
  languageModel,
]
