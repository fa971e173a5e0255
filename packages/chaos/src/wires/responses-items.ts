import type { Completion } from '../completion.ts'
import type { JsonObject } from '../request.ts'
import type { Exchange, Part } from './wire.ts'

/** An output item of the Responses API while it streams: how it opens, what fills it, how it ends. */
export interface Item {
  readonly open: JsonObject
  readonly done: JsonObject
  readonly kind: Part
  /** The content part of a message, or the summary part of a thought; a function call has none. */
  readonly part?: { readonly open: JsonObject; readonly done: JsonObject }
  /** The events of its part are `${partEvent}.added` and `${partEvent}.done`, and its place is under this name. */
  readonly partEvent: string
  readonly partIndex: string
  /** The events of its deltas are `${event}.delta` and `${event}.done`. */
  readonly event: string
  /** The text that the deltas add up to, and the name under which the `done` event repeats it. */
  readonly text: string
  readonly doneKey: string
}

const CONTENT = { partEvent: 'response.content_part', partIndex: 'content_index' } as const

const reasoningItem = ({ id }: Exchange, text: string): Item => {
  const item = { id: `rs_${id.slice(0, 48)}`, type: 'reasoning' }
  const part = (thought: string): JsonObject => ({ type: 'summary_text', text: thought })
  return {
    kind: 'reasoning',
    open: { ...item, summary: [] },
    done: { ...item, summary: [part(text)] },
    part: { open: part(''), done: part(text) },
    partEvent: 'response.reasoning_summary_part',
    partIndex: 'summary_index',
    event: 'response.reasoning_summary_text',
    text,
    doneKey: 'text',
  }
}

const messageItem = ({ id }: Exchange, { text, finish }: Completion): Item => {
  const cut = finish === 'length' || finish === 'content-filter'
  const message = { id: `msg_${id.slice(0, 48)}`, type: 'message', role: 'assistant' }
  const part = (said: string): JsonObject =>
    finish === 'refusal'
      ? { type: 'refusal', refusal: said }
      : { type: 'output_text', annotations: [], logprobs: [], text: said }
  return {
    ...CONTENT,
    kind: 'text',
    open: { ...message, status: 'in_progress', content: [] },
    done: { ...message, status: cut ? 'incomplete' : 'completed', content: [part(text)] },
    part: { open: part(''), done: part(text) },
    event: finish === 'refusal' ? 'response.refusal' : 'response.output_text',
    text,
    doneKey: finish === 'refusal' ? 'refusal' : 'text',
  }
}

/** The output of an answer: a thought, a message, function calls; an empty one has no item at all. */
export const itemsOf = (exchange: Exchange, completion: Completion): readonly Item[] => {
  const calls = completion.tools.map((tool, index): Item => {
    const text = JSON.stringify(tool.arguments)
    const call = {
      id: `fc_${index}${exchange.id.slice(0, 47)}`,
      type: 'function_call',
      call_id: `call_${index}${exchange.id.slice(0, 22)}`,
      name: tool.name,
    }
    return {
      ...CONTENT,
      kind: 'tool',
      open: { ...call, status: 'in_progress', arguments: '' },
      done: { ...call, status: 'completed', arguments: text },
      event: 'response.function_call_arguments',
      text,
      doneKey: 'arguments',
    }
  })
  const { reasoning, text } = completion
  return [
    ...(reasoning === '' ? [] : [reasoningItem(exchange, reasoning)]),
    ...(text === '' ? [] : [messageItem(exchange, completion)]),
    ...calls,
  ]
}
