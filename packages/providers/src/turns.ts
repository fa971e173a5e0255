import { fields } from './shape.ts'

/** The tool calls that a message makes and the results that it carries, by id. */
export interface Links {
  readonly calls: readonly unknown[]
  readonly results: readonly unknown[]
}

const INSTRUCTION = new Set<unknown>(['system', 'developer'])

/**
 * A conversation without its oldest turn; undefined when only one is left.
 *
 * A turn is a user message and what follows up to the next one. Instructions stay wherever they
 * stand. A tool's result never stays behind without its call, which providers reject with a 400:
 * a turn ends only where every call so far has its result, or never gets one.
 */
export function withoutOldestTurn<Message>(
  messages: readonly Message[],
  linksOf: (message: Message) => Links,
): readonly Message[] | undefined {
  const cut = endOfOldestTurn(messages, linksOf)
  if (cut === undefined) return undefined
  return messages.filter((message, at) => at >= cut || isInstruction(message))
}

function endOfOldestTurn<Message>(
  messages: readonly Message[],
  linksOf: (message: Message) => Links,
): number | undefined {
  // By the latest call of an id: some servers count their ids from 0 again in every answer.
  const calledAt = new Map<unknown, number>()
  let begun = false
  let cut: number | undefined
  for (const [at, message] of messages.entries()) {
    if (isInstruction(message)) continue
    const { calls, results } = linksOf(message)
    const limit = cut ?? at
    if (results.some((id) => (calledAt.get(id) ?? at) < limit)) cut = undefined
    else if (begun && results.length === 0 && isUser(message)) cut ??= at
    begun = true
    for (const id of calls) calledAt.set(id, at)
  }
  return cut
}

const isInstruction = (message: unknown): boolean => INSTRUCTION.has(fields(message)['role'])
const isUser = (message: unknown): boolean => fields(message)['role'] === 'user'
