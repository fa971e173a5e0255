import type { Completion } from '../completion.ts'
import type { JsonObject } from '../request.ts'
import type { Exchange } from './wire.ts'

/** An output item of the Responses API while it streams: how it opens, what fills it, how it ends. */
export interface Item {
  readonly open: JsonObject
  readonly done: JsonObject
  /** The content part of a message; a function call has none. */
  readonly part?: { readonly open: JsonObject; readonly done: JsonObject }
  /** The events of its deltas are `${event}.delta` and `${event}.done`. */
  readonly event: string
  /** The text that the deltas add up to, and the name under which the `done` event repeats it. */
  readonly text: string
  readonly doneKey: string
}

const messageItem = ({ id }: Exchange, { text, finish }: Completion): Item => {
  const cut = finish === 'length' || finish === 'content-filter'
  const message = { id: `msg_${id.slice(0, 48)}`, type: 'message', role: 'assistant' }
  const part = (said: string): JsonObject =>
    finish === 'refusal'
      ? { type: 'refusal', refusal: said }
      : { type: 'output_text', annotations: [], logprobs: [], text: said }
  return {
    open: { ...message, status: 'in_progress', content: [] },
    done: { ...message, status: cut ? 'incomplete' : 'completed', content: [part(text)] },
    part: { open: part(''), done: part(text) },
    event: finish === 'refusal' ? 'response.refusal' : 'response.output_text',
    text,
    doneKey: finish === 'refusal' ? 'refusal' : 'text',
  }
}

/** The output of an answer: a message, then its function calls; an empty answer has no item at all. */
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
      open: { ...call, status: 'in_progress', arguments: '' },
      done: { ...call, status: 'completed', arguments: text },
      event: 'response.function_call_arguments',
      text,
      doneKey: 'arguments',
    }
  })
  return completion.text === '' ? calls : [messageItem(exchange, completion), ...calls]
}
