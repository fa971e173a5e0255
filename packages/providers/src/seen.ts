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
 * Adds to a tool call: to that of the id, else of the index, else to the last one. A name that is new begins another:
 * gateways leave out the index, count from 1, call every one 0, or give another id with every delta.
 */
export function call(seen: Seen, id: unknown, name: unknown, args: unknown, index?: unknown): void {
  const { tools } = seen
  const known = words(id)
  const named = words(name)
  let tool = known && tools.findLast((it) => it.id === known)
  if (!tool && !(known && named)) tool = tools[index as number]
  if (!tool && !known && !named) tool = tools.at(-1)
  if (!tool || (named && tool.name && tool.name !== named))
    tools.push((tool = { name: '', arguments: '', ...(known && { id: known }) }))
  if (named) tool.name = named
  seen.toolOpen = true
  const written = writtenOut(args)
  if (written === '') return
  tool.arguments += written
  seen.content = 'tool'
}

/** The call that was being written is whole: one that was given nothing has no arguments. */
export function closeCall(seen: Seen): void {
  const tool = seen.toolOpen ? seen.tools.at(-1) : undefined
  if (tool?.arguments === '') tool.arguments = '{}'
  seen.toolOpen = false
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
