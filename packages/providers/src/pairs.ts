import { kept, withField, withParts } from './kept.ts'
import { anyLinks, idAt, partsOf } from './links.ts'
import { asText, fields, items } from './shape.ts'

/**
 * A conversation without calls that have no result and results that have no call, which providers
 * reject with a 400; `anywhere` where a result may come later than right behind its call.
 */
export function paired(turns: readonly unknown[], anywhere: boolean): readonly unknown[] {
  const pairs = pairsIn(turns, anywhere)
  const isOrphan = (part: unknown): boolean => isLink(part) && !pairs.has(part)
  const unlessOrphan = (part: unknown): unknown => (isOrphan(part) ? undefined : part)
  return kept(turns, (turn) => unlessOrphan(turn) && withParts(turn, unlessOrphan))
}

/** Approvals, and what the provider ran by itself, need not be answered. */
function isLink(part: unknown): boolean {
  const { type, providerExecuted, approval_request_id } = fields(part)
  if (providerExecuted === true || approval_request_id || asText(type).startsWith('mcp_'))
    return false
  return (anyLinks.call(part) ?? anyLinks.result(part)) !== undefined
}

function pairsIn(turns: readonly unknown[], anywhere: boolean): ReadonlySet<unknown> {
  const pairs = new Set<unknown>()
  const open = new Map<unknown, unknown[]>()
  for (const turn of turns) {
    const parts = partsOf(turn).filter(isLink)
    if (!anywhere && !parts.some(anyLinks.result)) open.clear()
    for (const part of parts) {
      const call = anyLinks.call(part)
      const id = idAt(part, (call ?? anyLinks.result(part))!)
      const waiting = open.get(id) ?? []
      if (call) open.set(id, [...waiting, part])
      // One result a call: Gemini has no ids, and two calls of one name are answered in order.
      else if (waiting.length > 0) pairs.add(part).add(waiting.shift())
    }
  }
  return pairs
}

/** The turn without a list of calls that is empty; undefined where it says nothing at all any more. */
export function withoutEmpty(turn: unknown): unknown {
  const { content, parts, tool_calls } = fields(turn)
  const said = parts ?? content
  const hasLost = Array.isArray(tool_calls) && tool_calls.length === 0
  if (Array.isArray(said) ? said.length === 0 && !items(tool_calls)[0] : hasLost && !said)
    return undefined
  return hasLost ? withField(turn as object, 'tool_calls', undefined) : turn
}
