import type { Seen } from '@holdfast/core'

import { callPath } from './links.ts'
import { at } from './path.ts'
import { bring, call, refuse, say, think } from './seen.ts'
import { asText, fields, items, words } from './shape.ts'

const THINKS = /^(reasoning|summary)/
const FILE = /^(reasoning-)?file$/

/** Reads a part of an answer, or a delta of one, on any wire: text, thinking, a refusal, a tool call, a file. */
export function readPart(part: unknown, seen: Seen): void {
  const { type, text, delta, thought, thinking, reasoningContent, refusal } = fields(part)
  const { inlineData, fileData, image, document, video } = fields(part)
  const kind = asText(type)
  const said = delta ?? text
  if (words(said)) return (thought === true || THINKS.test(kind) ? think : say)(seen, said)
  think(seen, thinking)
  // Mistral's thinking comes in parts of its own.
  for (const it of items(thinking)) think(seen, fields(it)['text'])
  const { text: thoughtText, reasoningText } = fields(reasoningContent)
  think(seen, thoughtText ?? fields(reasoningText)['text'])
  refuse(seen, refusal)
  if (FILE.test(kind) || (inlineData ?? fileData ?? image ?? document ?? video)) bring(seen)
  readCall(part, seen)
}

/** Reads a call, or a delta of one, if it is one that waits for a result of the user's. */
export function readCall(part: unknown, seen: Seen): void {
  const path = callPath(part)
  const { toolUse, functionCall, function: named, custom, index, providerExecuted } = fields(part)
  if (!path || providerExecuted === true) return
  const inner = fields(toolUse ?? functionCall ?? named ?? custom ?? part)
  const { name, toolName, arguments: args, input } = inner
  seen.toolOpen = true
  call(seen, at(part, path), name ?? toolName, args ?? inner['args'] ?? input, index)
}
