import { kept, withField, withParts } from './kept.ts'
import { anyLinks, idAt, linkOf, partsOf } from './links.ts'
import { asText, fields, items } from './shape.ts'

/**
 * A conversation without calls that have no result and results that have no call, which providers
 * reject with a 400; `anywhere` where a result may come later than right behind its call.
 */
export function paired(turns: readonly unknown[], anywhere: boolean): readonly unknown[] {
  const pairs = pairsIn(turns, anywhere)
  const unlessOrphan = (part: unknown): unknown =>
    linkOf(part) && !pairs.has(part) && !standsAlone(part) ? undefined : part
  return kept(turns, (turn) => unlessOrphan(turn) && withParts(turn, unlessOrphan))
}

/** Approvals, and what the provider ran by itself, need not be answered. */
function standsAlone(part: unknown): boolean {
  const { type, providerExecuted, approval_request_id } = fields(part)
  return (
    providerExecuted === true || Boolean(approval_request_id) || asText(type).startsWith('mcp_')
  )
}

function pairsIn(turns: readonly unknown[], anywhere: boolean): ReadonlySet<unknown> {
  const pairs = new Set<unknown>()
  const open = new Map<unknown, unknown[]>()
  for (const turn of turns) {
    const parts = partsOf(turn)
    if (!anywhere && !parts.some(anyLinks.result)) open.clear()
    for (const part of parts) {
      const path = linkOf(part)
      if (!path) continue
      const id = idAt(part, path)
      const waiting = open.get(id) ?? []
      if (anyLinks.call(part)) open.set(id, [...waiting, part])
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
