import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { responsesLinks } from './links.ts'
import { readPart } from './parts.ts'
import { at } from './path.ts'
import { bring, call, identify, refuse, say, think } from './seen.ts'
import { asText, fields, items } from './shape.ts'
import { noteUsage } from './usage.ts'

const TEXT = 'response.output_text.delta'
const THINKS = /^response\.reasoning.*\.delta$/
const CALLS = /^response\.(function_call_arguments|custom_tool_call_input)\.delta$/
const ENDS = /^response\.(completed|incomplete|failed)$/
const FAILS = /^(error|response\.failed)$/

/** Streams of Responses; it reads a whole answer as a stream of one chunk. */
export const responsesStream: StreamProtocol = {
  name: 'openai-responses',
  read(chunk, seen) {
    const { type, delta, item, response } = fields(chunk)
    const kind = asText(type)
    if (kind === TEXT) say(seen, delta)
    else if (kind === 'response.refusal.delta') refuse(seen, delta)
    else if (THINKS.test(kind)) think(seen, delta)
    else if (CALLS.test(kind)) call(seen, undefined, undefined, delta)
    else if (kind === 'response.output_item.added') readCall(item, seen)
    else if (kind === 'response.output_item.done') readDone(item, seen)
    else readResponse(response ?? chunk, seen)
    if (ENDS.test(kind)) seen.ended = true
    if (FAILS.test(kind)) seen.error = chunk
  },
  withoutText(chunk, chars) {
    const { type = TEXT } = fields(chunk)
    return type === TEXT ? withoutText(chunk, chars) : chunk
  },
}

const withoutText = /* @__PURE__ */ textCutter(['delta'], ['output'])

function readUsage(usage: unknown, seen: Seen): void {
  const { input_tokens, output_tokens, input_tokens_details, output_tokens_details } = fields(usage)
  const { cached_tokens } = fields(input_tokens_details)
  const { reasoning_tokens } = fields(output_tokens_details)
  noteUsage(seen, input_tokens, output_tokens, cached_tokens, reasoning_tokens)
}

/** Gateways that fake the stream send one event at the end: then everything stands in there. */
function readResponse(response: unknown, seen: Seen): void {
  const { output, usage, model, id, status } = fields(response)
  identify(seen, id, model)
  readUsage(usage, seen)
  if (!(seen.text || seen.reasoning || seen.refusal || seen.files || seen.tools.length > 0)) {
    for (const item of items(output)) {
      const { content, summary } = fields(item)
      for (const part of [...items(summary), ...items(content)]) readPart(part, seen)
      readDone(item, seen)
    }
  }
  if (status !== 'in_progress') readEnding(response, seen)
}

/** A call that waits for a result of the user's. What OpenAI has the user run by a tool of its own has neither name nor arguments. */
function readCall(item: unknown, seen: Seen): void {
  const path = responsesLinks.call(item)
  const { type, name = type, arguments: args, input, action, actions, operation } = fields(item)
  const { execution, environment } = fields(item)
  const isOfServer = execution === 'server' || fields(environment)['type'] === 'container_reference'
  if (path && !isOfServer)
    call(seen, at(item, path), name, args ?? input ?? action ?? actions ?? operation)
}

/** The arguments of a call stand here once more, whole; servers that have no deltas have them only here. */
function readDone(item: unknown, seen: Seen): void {
  const { type, call_id, result } = fields(item)
  if (type === 'image_generation_call' && result) bring(seen)
  const begun = seen.tools.findLast(({ id }) => id === call_id)
  const told = begun?.arguments
  if (begun) begun.arguments = ''
  readCall(item, seen)
  if (begun && told) {
    begun.arguments ||= told
    seen.content = undefined
  }
  seen.toolOpen = false
}

/** A status alone says little: the reason stands in `incomplete_details`, or in the error's code. */
function readEnding(response: unknown, seen: Seen): void {
  const { status, incomplete_details, error } = fields(response)
  const { code, message } = fields(error)
  stop(seen, fields(incomplete_details)['reason'] ?? code ?? status)
  if (seen.finish !== 'unknown') return
  // A reason that is new to us still cut the answer: it must never pass for a whole one.
  if (status === 'incomplete') seen.finish = 'length'
  if (status !== 'failed') return
  seen.finish = 'error'
  if (!BLOCK.test(`${asText(code)} ${asText(message)}`)) return
  seen.finish = 'content-filter'
  seen.blocked = asText(code)
}

/** Safety blocks come as codes that end in "policy" (`bio_policy`), or as a prompt found invalid. */
const BLOCK = /^\w+_policy(_| )|^invalid_prompt .*usage polic/is
