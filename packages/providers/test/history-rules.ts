/**
 * What providers reject in a history with a 400, as their error messages say it. Seals are written
 * as `sealed-by-<issuer>`, so that a rule can tell its own from another's.
 */

type Json = Readonly<Record<string, unknown>>
const of = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {}
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(of) : [])

/** The first rule that a request breaks; undefined for one that would be taken. */
export type Rules = (request: unknown, to: string) => string | undefined

const foreignSeal = (value: unknown, to: string): string | undefined =>
  JSON.stringify(value)
    .match(/sealed-by-[a-z]+/g)
    ?.find((seal) => seal !== `sealed-by-${to}`)

function chatRules(request: unknown, to: string): string | undefined {
  const idForm = to === 'mistral' ? /^[a-zA-Z0-9]{9}$/ : /^.{1,40}$/
  let waiting: unknown[] = []
  for (const message of list(of(request)['messages'])) {
    const { role, content, tool_calls, tool_call_id } = message
    if (role === 'tool') {
      if (!waiting.includes(tool_call_id)) {
        return "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'"
      }
      waiting = waiting.filter((id) => id !== tool_call_id)
      continue
    }
    if (waiting.length > 0) return `tool_call_ids did not have response messages: ${waiting.join()}`
    if (Array.isArray(tool_calls) && tool_calls.length === 0) return '[] is too short'
    if (role === 'assistant' && !tool_calls && (content === null || content === undefined)) {
      return 'content is required'
    }
    for (const name of ['reasoning', 'reasoning_content', 'reasoning_details']) {
      if (name in message && foreignSeal(message, to))
        return `Extra inputs are not permitted: ${name}`
    }
    waiting = list(tool_calls).map(({ id }) => id)
    const wrong = waiting.find((id) => !idForm.test(String(id)))
    if (wrong !== undefined) return `Tool call id was ${JSON.stringify(wrong)}`
  }
  return waiting.length > 0 ? 'tool_calls must be followed by tool messages' : undefined
}

function messagesRules(request: unknown, to: string): string | undefined {
  let waiting: unknown[] = []
  const { messages, thinking } = of(request)
  for (const { role, content } of list(messages)) {
    const blocks = list(content)
    if (Array.isArray(content) && blocks.length === 0)
      return 'all messages must have non-empty content'
    const results = blocks.filter((block) => block['type'] === 'tool_result')
    for (const { tool_use_id } of results) {
      if (!waiting.includes(tool_use_id)) return '`tool_result` without corresponding `tool_use`'
      waiting = waiting.filter((id) => id !== tool_use_id)
    }
    if (waiting.length > 0) return '`tool_use` ids were found without `tool_result` blocks'
    if (role === 'user') continue
    for (const block of blocks) {
      if (/thinking/.test(String(block['type'])) && foreignSeal(block, to)) {
        return 'Invalid `signature` in `thinking` block'
      }
    }
    const calls = blocks.filter((block) => block['type'] === 'tool_use')
    waiting = calls.map(({ id }) => id)
    if (calls.some(({ id }) => !/^[a-zA-Z0-9_-]+$/.test(String(id))))
      return 'String should match pattern'
  }
  if (waiting.length > 0) return '`tool_use` without `tool_result`'
  const last = list(list(messages).findLast(({ role }) => role === 'assistant')?.['content'])
  const mustThink =
    of(thinking)['type'] === 'enabled' && last.some(({ type }) => type === 'tool_use')
  return mustThink && !/thinking/.test(String(last[0]?.['type']))
    ? 'Expected `thinking` or `redacted_thinking`, but found `tool_use`'
    : undefined
}

function responsesRules(request: unknown, to: string): string | undefined {
  const input = list(of(request)['input'])
  const ids = (type: RegExp): unknown[] =>
    input.filter((item) => type.test(String(item['type']))).map(({ call_id }) => call_id)
  const [calls, results] = [ids(/_call$/), ids(/_call_output$/)]
  if (results.some((id) => !calls.includes(id)))
    return 'No tool call found for function call output'
  if (calls.some((id) => !results.includes(id))) return 'No tool output found for function call'
  if (calls.some((id) => String(id).length > 64)) return 'call_id: string too long'
  for (const [at, item] of input.entries()) {
    const [before, after] = [input[at - 1], input[at + 1]]
    if (item['type'] === 'reasoning') {
      if (foreignSeal(item, to)) return 'The encrypted content could not be verified'
      if (!(after && (after['role'] === 'assistant' || String(after['type']).endsWith('_call')))) {
        return 'reasoning was provided without its required following item'
      }
    } else if (String(item['id']).startsWith('fc_') && before?.['type'] !== 'reasoning') {
      return "function_call was provided without its required 'reasoning' item"
    }
  }
  return undefined
}

function geminiRules(request: unknown, to: string): string | undefined {
  let waiting: unknown[] = []
  for (const { parts } of list(of(request)['contents'])) {
    const all = list(parts)
    if (all.length === 0) return 'contents.parts must not be empty'
    if (foreignSeal(all, to)) return 'Corrupted thought signature'
    const results = all.filter((part) => part['functionResponse'])
    if (results.length !== waiting.length) {
      return 'the number of function response parts is not equal to that of function call parts'
    }
    const calls = all.filter((part) => part['functionCall'])
    if (calls.length > 0 && !calls[0]?.['thoughtSignature']) {
      return 'Function call is missing a thought_signature'
    }
    waiting = calls
  }
  return waiting.length > 0 ? 'function call without response' : undefined
}

function converseRules(request: unknown, to: string): string | undefined {
  const messages = list(of(request)['messages']).map(({ role, content }) => ({
    role,
    content: list(content).map(({ toolUse, toolResult, reasoningContent, ...rest }) => {
      if (toolUse) return { type: 'tool_use', id: of(toolUse)['toolUseId'] }
      if (toolResult) return { type: 'tool_result', tool_use_id: of(toolResult)['toolUseId'] }
      return reasoningContent ? { type: 'thinking', reasoningContent } : rest
    }),
  }))
  const twice = messages.some(({ role }, at) => role === messages[at - 1]?.role)
  if (twice) return 'A conversation must alternate between user and assistant roles'
  return messagesRules({ messages }, to)
}

export const RULES = {
  chat: chatRules,
  messages: messagesRules,
  responses: responsesRules,
  gemini: geminiRules,
  converse: converseRules,
} as const satisfies Record<string, Rules>
