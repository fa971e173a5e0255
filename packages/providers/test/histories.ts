/** One step of a conversation, before any wire. */
export type Step =
  | { readonly kind: 'user'; readonly text: string }
  | { readonly kind: 'assistant'; readonly text: string }
  /** Thinking, and the tools that it led to. */
  | { readonly kind: 'calls'; readonly ids: readonly string[] }
  | { readonly kind: 'results'; readonly ids: readonly string[] }

/** How a wire writes a conversation in which `issuer` thinks before every answer of its own. */
type Write = (steps: readonly Step[], issuer: string) => object

const seal = (issuer: string): string => `sealed-by-${issuer}`

const chat: Write = (steps, issuer) => {
  const thought = { reasoning_details: [{ type: 'reasoning.encrypted', data: seal(issuer) }] }
  return {
    model: 'm',
    messages: steps.flatMap((step): object[] => {
      if (step.kind === 'results') {
        return step.ids.map((id) => ({ role: 'tool', tool_call_id: id, content: '1' }))
      }
      if (step.kind === 'user') return [{ role: 'user', content: step.text }]
      if (step.kind === 'assistant') return [{ role: 'assistant', content: step.text, ...thought }]
      const tool_calls = step.ids.map((id) => ({
        id,
        type: 'function',
        function: { name: 'f', arguments: '{}' },
        extra_content: { google: { thought_signature: seal(issuer) } },
      }))
      return [{ role: 'assistant', content: null, tool_calls, ...thought }]
    }),
  }
}

const messages: Write = (steps, issuer) => {
  const thought = { type: 'thinking', thinking: 'hm', signature: seal(issuer) }
  return {
    model: 'm',
    max_tokens: 2000,
    thinking: { type: 'enabled', budget_tokens: 1024 },
    messages: steps.map((step) => {
      if (step.kind === 'user') return { role: 'user', content: step.text }
      if (step.kind === 'assistant') {
        return { role: 'assistant', content: [thought, { type: 'text', text: step.text }] }
      }
      if (step.kind === 'calls') {
        const calls = step.ids.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} }))
        return { role: 'assistant', content: [thought, ...calls] }
      }
      const content = step.ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: '1' }))
      return { role: 'user', content }
    }),
  }
}

const responses: Write = (steps, issuer) => {
  const thought = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: seal(issuer) }
  return {
    model: 'm',
    input: steps.flatMap((step): object[] => {
      if (step.kind === 'user') return [{ role: 'user', content: step.text }]
      if (step.kind === 'assistant') {
        const content = [{ type: 'output_text', text: step.text }]
        return [thought, { type: 'message', id: 'msg_1', role: 'assistant', content }]
      }
      if (step.kind === 'results') {
        return step.ids.map((id) => ({ type: 'function_call_output', call_id: id, output: '1' }))
      }
      return step.ids.flatMap((id, n) => [
        thought,
        { type: 'function_call', id: `fc_${n}`, call_id: id, name: 'f', arguments: '{}' },
      ])
    }),
  }
}

const gemini: Write = (steps, issuer) => ({
  model: 'gemini-3-pro',
  contents: steps.map((step) => {
    if (step.kind === 'user') return { role: 'user', parts: [{ text: step.text }] }
    if (step.kind === 'assistant') {
      const said = { text: step.text, thoughtSignature: seal(issuer) }
      return { role: 'model', parts: [{ text: 'hm', thought: true }, said] }
    }
    // It knows a call by the name of its function.
    if (step.kind === 'calls') {
      const parts = step.ids.map((id) => ({
        functionCall: { name: id, args: {} },
        thoughtSignature: seal(issuer),
      }))
      return { role: 'model', parts }
    }
    const parts = step.ids.map((id) => ({ functionResponse: { name: id, response: {} } }))
    return { role: 'user', parts }
  }),
})

const converse: Write = (steps, issuer) => {
  const thought = { reasoningContent: { reasoningText: { text: 'hm', signature: seal(issuer) } } }
  return {
    modelId: 'm',
    messages: steps.map((step) => {
      if (step.kind === 'user') return { role: 'user', content: [{ text: step.text }] }
      if (step.kind === 'assistant') {
        return { role: 'assistant', content: [thought, { text: step.text }] }
      }
      if (step.kind === 'calls') {
        const calls = step.ids.map((id) => ({ toolUse: { toolUseId: id, name: 'f', input: {} } }))
        return { role: 'assistant', content: [thought, ...calls] }
      }
      const content = step.ids.map((id) => ({ toolResult: { toolUseId: id, content: [] } }))
      return { role: 'user', content }
    }),
  }
}

export const WRITE = { chat, messages, responses, gemini, converse } as const satisfies Record<
  string,
  Write
>
