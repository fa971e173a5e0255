import type { Seen } from '@holdfast/core'

import { words } from './shape.ts'

/** Adds text, if it says something. */
export function say(seen: Seen, text: unknown): void {
  if (!words(text)) return
  seen.text += text as string
  seen.content = 'text'
}

/** Adds thinking, if it says something. */
export function think(seen: Seen, text: unknown): void {
  if (!words(text)) return
  seen.reasoning = (seen.reasoning ?? '') + (text as string)
  seen.content = 'reasoning'
}

/** Adds to the model's own refusal, which a user reads as text. */
export function refuse(seen: Seen, text: unknown): void {
  if (!words(text)) return
  seen.refusal = (seen.refusal ?? '') + (text as string)
  seen.content = 'text'
}

/** Counts files. */
export function bring(seen: Seen, files = 1): void {
  if (files === 0) return
  seen.files = (seen.files ?? 0) + files
  seen.content = 'file'
}

/**
 * Adds to a tool call: to that of the id, else of the index, else to the last one, unless a name
 * begins another. Gateways leave out the index, count from 1, or call every one 0.
 */
export function call(seen: Seen, id: unknown, name: unknown, args: unknown, index?: unknown): void {
  const { tools } = seen
  const known = words(id)
  const named = words(name)
  let tool = known
    ? tools.find((it) => it.id === known)
    : (tools[index as number] ?? (named ? undefined : tools.at(-1)))
  if (!tool) tools.push((tool = { name: '', arguments: '', ...(known && { id: known }) }))
  if (named) tool.name = named
  const written = writtenOut(args)
  if (written === '') return
  tool.arguments += written
  seen.content = 'tool'
}

/** Some servers send the arguments of a tool call parsed: they are written out again. */
export const writtenOut = (args: unknown): string =>
  typeof args === 'string' ? args : args == null ? '' : JSON.stringify(args)

/** Takes over who answered; what is left out stays as it was. */
export function identify(seen: Seen, id: unknown, model?: unknown): void {
  const known = words(id)
  const served = words(model)
  if (known) seen.id = known
  if (served) seen.model = served
}
