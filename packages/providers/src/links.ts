import { LISTS } from './kept.ts'
import { at } from './path.ts'
import type { Path } from './path.ts'
import { asText, fields, items } from './shape.ts'

/** How the parts of a wire's turns are linked: where a call and a result name the call; undefined for any other part. */
export interface Links {
  readonly call: (part: unknown) => Path | undefined
  readonly result: (part: unknown) => Path | undefined
}

/** A part is marked by its type, or by a field that no other has. */
const markedBy =
  (mark: string, ...path: Path): Links['call'] =>
  (part) => {
    const given = fields(part)
    return given['type'] === mark || given[mark] ? path : undefined
  }

export const chatLinks: Links = {
  // By its fields alone: other wires have parts of these types.
  call: (part) => {
    const { function: named, custom } = fields(part)
    return (named ?? custom) ? ['id'] : undefined
  },
  result: /* @__PURE__ */ markedBy('tool_call_id', 'tool_call_id'),
}

export const messagesLinks: Links = {
  call: /* @__PURE__ */ markedBy('tool_use', 'id'),
  result: /* @__PURE__ */ markedBy('tool_result', 'tool_use_id'),
}

export const geminiLinks: Links = {
  call: /* @__PURE__ */ markedBy('functionCall', 'functionCall', 'id'),
  result: /* @__PURE__ */ markedBy('functionResponse', 'functionResponse', 'id'),
}

export const bedrockLinks: Links = {
  call: /* @__PURE__ */ markedBy('toolUse', 'toolUse', 'toolUseId'),
  result: /* @__PURE__ */ markedBy('toolResult', 'toolResult', 'toolUseId'),
}

export const aiSdkLinks: Links = {
  call: /* @__PURE__ */ markedBy('tool-call', 'toolCallId'),
  result: /* @__PURE__ */ markedBy('tool-result', 'toolCallId'),
}

const approval = {
  call: /* @__PURE__ */ markedBy('mcp_approval_request', 'id'),
  result: /* @__PURE__ */ markedBy('approval_request_id', 'approval_request_id'),
}

/** There are many kinds of calls, and more to come: what has no `call_id` the server runs by itself. */
function byKind(part: unknown, ending: string): Path | undefined {
  const { type, call_id } = fields(part)
  return call_id !== undefined && asText(type).endsWith(ending) ? ['call_id'] : undefined
}

export const responsesLinks: Links = {
  call: (part) => approval.call(part) ?? byKind(part, '_call'),
  result: (part) => approval.result(part) ?? byKind(part, '_call_output'),
}

const ALL: readonly Links[] = [
  chatLinks,
  messagesLinks,
  responsesLinks,
  geminiLinks,
  bedrockLinks,
  aiSdkLinks,
]

const first =
  (link: keyof Links): Links['call'] =>
  (part) => {
    for (const links of ALL) {
      const path = links[link](part)
      if (path) return path
    }
    return undefined
  }

/** The links of all wires: their marks do not collide. */
export const anyLinks: Links = {
  call: /* @__PURE__ */ first('call'),
  result: /* @__PURE__ */ first('result'),
}

/** Where a part names the call that it is or answers, on any wire. */
export const linkOf: Links['call'] = (part) => anyLinks.call(part) ?? anyLinks.result(part)

/** The parts of a turn: contents, tool calls, and what stands in the turn itself. */
export function partsOf(turn: unknown): readonly unknown[] {
  return [turn, ...LISTS.flatMap((name) => items(fields(turn)[name]))]
}

/** The id of a call or result. Gemini has none as a rule: there the tool's name must do. */
export function idAt(part: unknown, path: Path): unknown {
  return at(part, path) ?? at(part, [path[0]!, 'name'])
}
