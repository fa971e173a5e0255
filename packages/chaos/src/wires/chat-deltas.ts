import type { Completion } from '../completion.ts'
import type { JsonObject } from '../request.ts'
import { tokenize } from '../tokens.ts'
import type { Exchange, Part } from './wire.ts'

/** A tool call as Chat Completions spells it. */
export interface ToolCall {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

/** The tool calls of an answer. */
export const toolCalls = ({ id }: Exchange, { tools }: Completion): readonly ToolCall[] =>
  tools.map((tool, index) => ({
    id: `call_${index}${id.slice(0, 22)}`,
    type: 'function',
    function: { name: tool.name, arguments: JSON.stringify(tool.arguments) },
  }))

/** What a chunk adds to the message. */
export type Delta = readonly [delta: JsonObject, tokens: number, part: Part]

/** The deltas of a tool call: its name first, then its arguments bit by bit. */
const callDeltas = (call: ToolCall, index: number): readonly Delta[] => [
  [
    { tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: '' } }] },
    0,
    'tool',
  ],
  ...tokenize(call.function.arguments).map((part): Delta => [
    { tool_calls: [{ index, function: { arguments: part } }] },
    1,
    'tool',
  ]),
]

/** All that the chunks of an answer add: thoughts, words, then tool calls. */
export const deltas = (exchange: Exchange, completion: Completion): readonly Delta[] => {
  const field = completion.finish === 'refusal' ? 'refusal' : 'content'
  return [
    ...tokenize(completion.reasoning).map((part): Delta => [
      { reasoning_content: part },
      1,
      'reasoning',
    ]),
    ...tokenize(completion.text).map((part): Delta => [{ [field]: part }, 1, 'text']),
    ...toolCalls(exchange, completion).flatMap(callDeltas),
  ]
}
