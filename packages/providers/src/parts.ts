import type { Seen } from '@holdfast/core'

import { callPath } from './links.ts'
import { at } from './path.ts'
import { bring, call, refuse, say, think } from './seen.ts'
import { asText, fields, items, words } from './shape.ts'
import type { Fields } from './shape.ts'

const THINKS = /^(reasoning|summary)/
const FILE = /^((reasoning-)?file|image_url|container_upload)$/

/** Reads a part of an answer, or a delta of one, on any wire: text, thinking, a refusal, a tool call, a file. */
export function readPart(part: unknown, seen: Seen): void {
  const { type, text, delta, thought, thinking, reasoningContent, refusal } = fields(part)
  const { inlineData, fileData, image, document, video, audio, citationsContent } = fields(part)
  const kind = asText(type)
  const said = delta ?? text
  if (words(said)) return (thought === true || THINKS.test(kind) ? think : say)(seen, said)
  think(seen, thinking)
  // Mistral's thinking comes in parts of its own.
  for (const it of items(thinking)) think(seen, fields(it)['text'])
  const { text: thoughtText, reasoningText } = fields(reasoningContent)
  think(seen, thoughtText ?? fields(reasoningText)['text'])
  for (const it of items(fields(citationsContent)['content'])) readPart(it, seen)
  refuse(seen, refusal)
  if (FILE.test(kind) || (inlineData ?? fileData ?? image ?? document ?? video ?? audio))
    bring(seen)
  readCall(part, seen)
}

/** Reads a call, or a delta of one, if it is one that waits for a result of the user's. */
export function readCall(part: unknown, seen: Seen): void {
  const path = callPath(part)
  if (!path) return
  const { toolUse, functionCall, function: named, custom, index, type } = fields(part)
  const inner = fields(toolUse ?? functionCall ?? named ?? custom ?? part)
  if (runsItself(inner)) return
  // What OpenAI has the user run by a tool of its own has neither a name nor arguments.
  const { name = path[0] === 'call_id' ? type : undefined, action, actions, operation } = inner
  const { toolName = name, arguments: args = inner['args'], input = args } = inner
  seen.toolOpen = true
  call(seen, at(part, path), toolName, input ?? action ?? actions ?? operation, index)
}

/** The server runs it, and answers itself. */
function runsItself({ type, providerExecuted, execution, environment }: Fields): boolean {
  return (
    providerExecuted === true ||
    execution === 'server' ||
    type === 'server_tool_use' ||
    fields(environment)['type'] === 'container_reference'
  )
}
