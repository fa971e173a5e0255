import type { Fault, FaultKind } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import { WRITE } from '../test/histories.ts'
import { sanitizer } from './sanitizer.ts'

const request = WRITE.messages(
  [
    { kind: 'user', text: 'a' },
    { kind: 'assistant', text: 'b' },
    { kind: 'user', text: 'c' },
  ],
  'anthropic',
)
const sealed = (sent: unknown): boolean => JSON.stringify(sent).includes('sealed-by-anthropic')

const fault = (message: string, kind: FaultKind = 'invalid-request'): Fault => ({
  kind,
  retryable: false,
  scope: 'request',
  status: 400,
  message,
})
const REJECTION = fault('messages.1.content.0: Invalid `signature` in `thinking` block')
const context = (
  provider: string,
  ...faults: readonly Fault[]
): { provider: string; call: { attempts: { fault: Fault }[] } } => ({
  provider,
  call: { attempts: faults.map((it) => ({ fault: it })) },
})

describe('preemptive, as the hook of a target', () => {
  test('R-46 the target is whom the context names', () => {
    const hook = sanitizer({ from: 'anthropic' })
    expect(sealed(hook(request, context('deepseek')))).toBe(false)
    expect(hook(request, context('anthropic'))).toBe(request)
  })

  test('a `to` of its own counts more: Claude on Bedrock reads what Claude has signed', () => {
    const hook = sanitizer({ from: 'anthropic', to: 'anthropic' })
    expect(hook(request, context('bedrock'))).toBe(request)
  })

  test('the body of a fetch is sanitized as the JSON that it is', () => {
    const sent = {
      url: 'https://api.test/v1/messages',
      method: 'POST',
      body: JSON.stringify(request),
    }
    const hook = sanitizer({ from: 'anthropic' })
    const fetched = hook(sent, context('deepseek'))
    expect(fetched).toMatchObject({ url: sent.url, method: 'POST' })
    expect(fetched.body).not.toContain('sealed-by-')
    expect(hook(sent, context('anthropic'))).toBe(sent)
    expect(hook({ body: 'no JSON' }, context('deepseek'))).toEqual({ body: 'no JSON' })
  })
})

describe('reactive', () => {
  const reactive = sanitizer({ mode: 'reactive', from: 'anthropic' })

  test('R-46 as the hook of a target, it waits until the history was rejected in this call', () => {
    expect(reactive(request, context('deepseek'))).toBe(request)
    expect(reactive(request, context('deepseek', fault('Overloaded', 'overloaded')))).toBe(request)
    expect(sealed(reactive(request, context('deepseek', REJECTION)))).toBe(false)
  })

  test('R-46 as the change of a retry, it mends once and then has nothing to add', () => {
    const at = { fault: REJECTION, ctx: context('deepseek') }
    const mended = reactive(request, at)
    expect(sealed(mended)).toBe(false)
    expect(reactive(mended, at)).toBeUndefined()
  })

  test('another fault is none of its business', () => {
    for (const other of [
      fault('max_tokens: required'),
      { ...fault('signature', 'auth'), status: 401 },
    ]) {
      expect(reactive(request, { fault: other, ctx: context('deepseek') })).toBeUndefined()
    }
  })

  test('who rejects its own signature gets none: it is not the one that signed', () => {
    const mended = reactive(request, { fault: REJECTION, ctx: context('anthropic') })
    expect(sealed(mended)).toBe(false)
  })

  test.each([
    'messages.1.content.0: Invalid `signature` in `thinking` block',
    'Expected `thinking` or `redacted_thinking`, but found `tool_use`',
    'The encrypted content gAAAA… could not be verified.',
    "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
    'No tool output found for function call call_1.',
    "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    'Function call is missing a thought_signature in functionCall parts.',
    'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1',
  ])('knows the rejection "%s"', (message) => {
    const mended = reactive(request, { fault: fault(message), ctx: context('deepseek') })
    expect(mended).not.toBeUndefined()
  })
})

test.each([[{ mode: 'always' }], [{ to: 5 }], [{ form: 'anthropic' }]])(
  'R-80 says what is wrong with %j',
  (options) => {
    expect(() => sanitizer(options as never)).toThrow(/^sanitizer: /)
  },
)
