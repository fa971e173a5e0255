import type { Seen } from '@holdfast/core'

import { bring, call, refuse, say, think } from './seen.ts'
import { asText, fields, items, words } from './shape.ts'

const THINKS = /^(reasoning|summary)/
const FILE = /^((reasoning-)?file|image_url|container_upload)$/

/** Reads what the parts of most wires have in common: text, thinking, a refusal, a file. */
export function readPart(part: unknown, seen: Seen): void {
  const { type, text, thinking, refusal } = fields(part)
  const kind = asText(type)
  if (words(text)) return (THINKS.test(kind) ? think : say)(seen, text)
  think(seen, thinking)
  // Mistral's thinking comes in parts of its own.
  for (const it of items(thinking)) think(seen, fields(it)['text'])
  refuse(seen, refusal)
  if (FILE.test(kind)) bring(seen)
}

/** Reads a call as Chat Completions has it, or a delta of one. */
export function readCall(it: unknown, seen: Seen): void {
  const { id, index, function: named, custom } = fields(it)
  const { name, arguments: args, input } = fields(named ?? custom)
  if (named ?? custom) call(seen, id, name, args ?? input, index)
}
