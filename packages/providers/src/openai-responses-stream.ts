import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { bring, call, charge, identify, refuse, say, stop, think } from './seen.ts'
import type { FinishWords } from './seen.ts'
import { fields, items, words } from './shape.ts'

const FINISH: FinishWords = {
  completed: 'stop',
  cancelled: 'error',
  max_output_tokens: 'length',
  content_filter: 'content-filter',
  context_length_exceeded: 'context-window',
}

const ENDS = /^response\.(completed|incomplete|failed)$/
const THINKS = /^response\.reasoning.*\.delta$/
const CALLS = /^response\.(function_call_arguments|custom_tool_call_input)\.delta$/

/** Streams of Responses; it reads a whole answer as a stream of one chunk. */
export const responsesStream: StreamProtocol = {
  name: 'openai-responses',
  read(chunk, seen) {
    const { type, delta, item, response } = fields(chunk)
    const kind = words(type) ?? ''
    if (kind === '') readResponse(chunk, seen)
    else if (kind === TEXT) say(seen, delta)
    else if (kind === 'response.refusal.delta') refuse(seen, delta)
    else if (THINKS.test(kind)) think(seen, delta)
    else if (CALLS.test(kind)) call(seen, undefined, undefined, delta)
    else if (kind === 'response.output_item.added') readCall(item, seen)
    else if (kind === 'response.output_item.done') readDone(item, seen)
    else if (response) readResponse(response, seen)
    if (ENDS.test(kind)) seen.ended = true
    if (kind === 'error' || kind === 'response.failed') seen.error = chunk
  },
  withoutText(chunk, chars) {
    const { type = TEXT } = fields(chunk)
    return type === TEXT ? withoutText(chunk, chars) : chunk
  },
}

const TEXT = 'response.output_text.delta'
const withoutText = /* @__PURE__ */ textCutter(['delta'], ['output'])

/** Gateways that fake the stream send one event at the end: then everything stands in there. */
function readResponse(response: unknown, seen: Seen): void {
  const { output, usage, model, id, status } = fields(response)
  identify(seen, id, model)
  readUsage(usage, seen)
  if (!(seen.text || seen.reasoning || seen.refusal || seen.files || seen.tools.length > 0)) {
    for (const item of items(output)) readItem(item, seen)
  }
  if (status !== 'in_progress') readEnding(response, seen)
}

function readItem(item: unknown, seen: Seen): void {
  const { content, summary } = fields(item)
  for (const part of [...items(summary), ...items(content)]) {
    const { type, text, refusal } = fields(part)
    if (type === 'output_text') say(seen, text)
    else think(seen, text)
    refuse(seen, refusal)
  }
  readDone(item, seen)
}

/** The arguments of a call stand here once more; servers that have no deltas have them only here. */
function readDone(item: unknown, seen: Seen): void {
  const { type, arguments: args, input, call_id, result } = fields(item)
  if (type === 'image_generation_call' && result) bring(seen)
  const begun = seen.tools.find(({ id }) => id === call_id)
  if (!begun?.arguments) readCall({ ...fields(item), arguments: args ?? input }, seen)
  seen.toolOpen = false
}

function readCall(item: unknown, seen: Seen): void {
  const { type, call_id, name, arguments: args } = fields(item)
  if (type !== 'function_call' && type !== 'custom_tool_call') return
  seen.toolOpen = true
  call(seen, call_id, name, args)
}

/** A status alone says little: the reason stands in `incomplete_details`, or in the error's code. */
function readEnding(response: unknown, seen: Seen): void {
  const { status, incomplete_details, error } = fields(response)
  const { code, message } = fields(error)
  const { reason } = fields(incomplete_details)
  stop(seen, FINISH, reason ?? code ?? status)
  if (seen.finish !== 'unknown') return
  // A reason that is new to us still cut the answer: it must never pass for a whole one.
  if (status === 'incomplete') seen.finish = 'length'
  if (status !== 'failed') return
  seen.finish = isBlock(String(code), String(message)) ? 'content-filter' : 'error'
  if (seen.finish === 'content-filter') seen.blocked = String(code)
}

/** Safety blocks come as codes that end in "policy" (`bio_policy`), or as a prompt found invalid. */
const isBlock = (code: string, message: string): boolean =>
  /_policy(_|$)/.test(code) || (code === 'invalid_prompt' && /usage polic/i.test(message))

function readUsage(usage: unknown, seen: Seen): void {
  const { input_tokens, output_tokens, input_tokens_details, output_tokens_details } = fields(usage)
  const { cached_tokens } = fields(input_tokens_details)
  const { reasoning_tokens } = fields(output_tokens_details)
  charge(seen, input_tokens, output_tokens, cached_tokens, reasoning_tokens)
}
