import { LISTS } from './kept.ts'
import { at } from './path.ts'
import type { Path } from './path.ts'
import { asText, fields, items } from './shape.ts'

/** The parts of a turn: contents, tool calls, and what stands in the turn itself. */
export function partsOf(turn: unknown): readonly unknown[] {
  return [turn, ...LISTS.flatMap((name) => items(fields(turn)[name]))]
}

/** Where a part that calls a tool has the id of the call; undefined for any other part. */
export function callPath(part: unknown): Path | undefined {
  const { type, toolUse, functionCall, function: named, custom, call_id } = fields(part)
  const kind = asText(type)
  if (toolUse) return ['toolUse', 'toolUseId']
  if (functionCall) return ['functionCall', 'id']
  if (kind === 'tool_use' || named || custom) return ['id']
  if (kind === 'tool-call') return ['toolCallId']
  if (kind === 'mcp_approval_request') return ['id']
  return call_id !== undefined && kind.endsWith('_call') ? ['call_id'] : undefined
}

/** Where a part that carries a tool's result names the call; undefined for any other part. */
export function resultPath(part: unknown): Path | undefined {
  const { type, toolResult, functionResponse, tool_call_id, approval_request_id } = fields(part)
  const kind = asText(type)
  if (toolResult) return ['toolResult', 'toolUseId']
  if (functionResponse) return ['functionResponse', 'id']
  if (kind === 'tool_result') return ['tool_use_id']
  if (kind === 'tool-result') return ['toolCallId']
  if (tool_call_id !== undefined) return ['tool_call_id']
  if (approval_request_id !== undefined) return ['approval_request_id']
  return kind.endsWith('_call_output') ? ['call_id'] : undefined
}

/** The id of a call or result. Gemini has none as a rule: there the tool's name must do. */
export function idAt(part: unknown, path: Path): unknown {
  return at(part, path) ?? at(part, [path[0]!, 'name'])
}
