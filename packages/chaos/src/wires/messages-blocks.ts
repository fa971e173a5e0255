import type { Completion } from '../completion.ts'
import type { JsonObject } from '../request.ts'
import { tokenize } from '../tokens.ts'
import type { Exchange, Part } from './wire.ts'

/** A content block of Messages: how it opens, the deltas that fill it, and what it is when full. */
export interface Block {
  readonly part: Part
  readonly open: JsonObject
  readonly deltas: readonly JsonObject[]
  /** The delta that signs a thought. */
  readonly signature: readonly JsonObject[]
  readonly full: JsonObject
}

const thinkingBlock = ({ id }: Exchange, thinking: string): Block => {
  const signature = `Er${id}`
  return {
    part: 'reasoning',
    open: { type: 'thinking', thinking: '', signature: '' },
    deltas: tokenize(thinking).map((part) => ({ type: 'thinking_delta', thinking: part })),
    signature: [{ type: 'signature_delta', signature }],
    full: { type: 'thinking', thinking, signature },
  }
}

const textBlock = (text: string): Block => ({
  part: 'text',
  open: { type: 'text', text: '', citations: null },
  deltas: tokenize(text).map((part) => ({ type: 'text_delta', text: part })),
  signature: [],
  full: { type: 'text', text, citations: null },
})

/** The blocks of an answer; an empty one has no block at all: `content: []`. */
export const blocksOf = (exchange: Exchange, completion: Completion): readonly Block[] => {
  const { reasoning, text, tools } = completion
  const toolBlocks = tools.map((tool, index): Block => {
    const id = `toolu_${index}${exchange.id.slice(0, 22)}`
    const call = { type: 'tool_use', id, name: tool.name, caller: { type: 'direct' } }
    return {
      part: 'tool',
      open: { ...call, input: {} },
      deltas: tokenize(JSON.stringify(tool.arguments)).map((part) => ({
        type: 'input_json_delta',
        partial_json: part,
      })),
      signature: [],
      full: { ...call, input: tool.arguments },
    }
  })
  return [
    ...(reasoning === '' ? [] : [thinkingBlock(exchange, reasoning)]),
    ...(text === '' ? [] : [textBlock(text)]),
    ...toolBlocks,
  ]
}
