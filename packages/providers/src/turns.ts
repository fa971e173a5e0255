import { idAt, partsOf } from './links.ts'
import type { Links } from './links.ts'
import { fields } from './shape.ts'

const INSTRUCTION = new Set<unknown>(['system', 'developer'])

/**
 * A conversation without its oldest turn; undefined when only one is left.
 *
 * A turn is a user message and what follows up to the next one. Instructions stay wherever they
 * stand. A tool's result never stays behind without its call, which providers reject with a 400:
 * a turn ends only where every call so far has its result, or never gets one.
 */
export function withoutOldestTurn(
  messages: readonly unknown[],
  links?: Links,
): readonly unknown[] | undefined {
  const cut = endOfOldestTurn(messages, links)
  if (cut === undefined) return undefined
  return messages.filter((message, at) => at >= cut || isInstruction(message))
}

function endOfOldestTurn(messages: readonly unknown[], links?: Links): number | undefined {
  // By the latest call of an id: some servers count their ids from 0 again in every answer.
  const calledAt = new Map<unknown, number>()
  let begun = false
  let cut: number | undefined
  for (const [at, message] of messages.entries()) {
    if (isInstruction(message)) continue
    const results = ids(message, links?.result)
    const limit = cut ?? at
    if (results.some((id) => (calledAt.get(id) ?? at) < limit)) cut = undefined
    else if (begun && results.length === 0 && roleOf(message) === 'user') cut ??= at
    begun = true
    for (const id of ids(message, links?.call)) calledAt.set(id, at)
  }
  return cut
}

function ids(message: unknown, pathOf?: Links['call']): unknown[] {
  if (!pathOf) return []
  return partsOf(message).flatMap((part) => {
    const path = pathOf(part)
    return path ? [idAt(part, path)] : []
  })
}

const roleOf = (message: unknown): unknown => fields(message)['role']
const isInstruction = (message: unknown): boolean => INSTRUCTION.has(roleOf(message))
