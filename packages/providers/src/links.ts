import { LISTS } from './kept.ts'
import { at } from './path.ts'
import type { Path } from './path.ts'
import { asText, fields, items } from './shape.ts'

/** How the parts of a wire's turns are linked: where a call and a result name the call; undefined for any other part. */
export interface Links {
  readonly call: (part: unknown) => Path | undefined
  readonly result: (part: unknown) => Path | undefined
}

const ofType =
  (type: string, ...path: Path): Links['call'] =>
  (part) =>
    fields(part)['type'] === type ? path : undefined

/** A field tells what it is, and the id stands in it. */
const holding =
  (...path: Path): Links['call'] =>
  (part) =>
    fields(part)[path[0]!] ? path : undefined

export const chatLinks: Links = {
  call: (part) => {
    const { function: named, custom } = fields(part)
    return (named ?? custom) ? ['id'] : undefined
  },
  result: /* @__PURE__ */ holding('tool_call_id'),
}

export const messagesLinks: Links = {
  call: /* @__PURE__ */ ofType('tool_use', 'id'),
  result: /* @__PURE__ */ ofType('tool_result', 'tool_use_id'),
}

export const geminiLinks: Links = {
  call: /* @__PURE__ */ holding('functionCall', 'id'),
  result: /* @__PURE__ */ holding('functionResponse', 'id'),
}

export const bedrockLinks: Links = {
  call: /* @__PURE__ */ holding('toolUse', 'toolUseId'),
  result: /* @__PURE__ */ holding('toolResult', 'toolUseId'),
}

export const aiSdkLinks: Links = {
  call: /* @__PURE__ */ ofType('tool-call', 'toolCallId'),
  result: /* @__PURE__ */ ofType('tool-result', 'toolCallId'),
}

/** There are many kinds of calls, and more to come: what has no `call_id` the server runs by itself. */
export const responsesLinks: Links = {
  call: (part) => {
    const { type, call_id } = fields(part)
    if (type === 'mcp_approval_request') return ['id']
    return call_id !== undefined && asText(type).endsWith('_call') ? ['call_id'] : undefined
  },
  result: (part) => {
    const { type, approval_request_id } = fields(part)
    if (approval_request_id !== undefined) return ['approval_request_id']
    return asText(type).endsWith('_call_output') ? ['call_id'] : undefined
  },
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
