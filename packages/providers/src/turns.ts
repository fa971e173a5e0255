import { idAt, partsOf } from './links.ts'
import type { Links } from './links.ts'
import { fields } from './shape.ts'

const INSTRUCTION = new Set<unknown>(['system', 'developer'])

/**
 * A conversation without its oldest turn, or without as many as it takes until it `fits`, if it ever does; undefined when
 * only one is left.
 *
 * A turn is a user message and what follows up to the next one. Instructions stay wherever they
 * stand. A tool's result never stays behind without its call, which providers reject with a 400:
 * a turn ends only where every call so far has its result, or never gets one.
 */
export function withoutOldestTurn(
  messages: readonly unknown[],
  links?: Links,
  fits: (shorter: readonly unknown[]) => boolean = () => true,
): readonly unknown[] | undefined {
  const ends = endsOfTurns(messages, links)
  const from = (end: number): readonly unknown[] =>
    messages.filter((message, at) => at >= end || isInstruction(message))
  // By halves: the shorter, the better it fits, and to weigh a long conversation takes its time.
  let [least, most] = [0, ends.length - 1]
  while (least < most) {
    const middle = Math.floor((least + most) / 2)
    if (fits(from(ends[middle]!))) most = middle
    else least = middle + 1
  }
  const end = ends[least]
  return end === undefined ? undefined : from(end)
}

/** Where a conversation may begin anew. */
function endsOfTurns(messages: readonly unknown[], links: Links | undefined): readonly number[] {
  // By the latest call of an id: some servers count their ids from 0 again in every answer.
  const calledAt = new Map<unknown, number>()
  const ends: number[] = []
  let begun = false
  for (const [at, message] of messages.entries()) {
    if (isInstruction(message)) continue
    const results = ids(message, links?.result)
    for (const id of results) while (ends.at(-1)! > (calledAt.get(id) ?? at)) ends.pop()
    if (begun && results.length === 0 && roleOf(message) === 'user') ends.push(at)
    begun = true
    for (const id of ids(message, links?.call)) calledAt.set(id, at)
  }
  return ends
}

function ids(message: unknown, pathOf: Links['call'] | undefined): readonly unknown[] {
  if (!pathOf) return []
  return partsOf(message).flatMap((part) => {
    const path = pathOf(part)
    return path ? [idAt(part, path)] : []
  })
}

const roleOf = (message: unknown): unknown => fields(message)['role']
const isInstruction = (message: unknown): boolean => INSTRUCTION.has(roleOf(message))
