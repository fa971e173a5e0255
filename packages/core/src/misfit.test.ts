import { expect, test } from 'vitest'

import type { RequestNeeds } from './dialect.ts'
import { misfit } from './misfit.ts'

const needs: RequestNeeds = {
  tools: false,
  jsonSchema: false,
  vision: false,
  streaming: false,
  inputTokens: 100,
}
const target = { id: 'a', provider: 'p' }

test('a target that declares nothing can do anything', () => {
  expect(misfit(target, { ...needs, tools: true, jsonSchema: true, vision: true })).toBeUndefined()
  expect(misfit({ ...target, capabilities: { tools: false } }, undefined)).toBeUndefined()
})

test.each([
  ['tools', 'it cannot call tools'],
  ['jsonSchema', 'it cannot keep to a JSON schema'],
  ['vision', 'it cannot see images'],
] as const)('R-43 a target without %s does not fit, and the reason is told', (what, reason) => {
  const unable = { ...target, capabilities: { [what]: false } }
  expect(misfit(unable, { ...needs, [what]: true })).toBe(reason)
  expect(misfit(unable, needs)).toBeUndefined()
})

test('R-44 prompt and longest answer together must fit the window', () => {
  const small = { ...target, contextWindow: 150 }
  expect(misfit(small, { ...needs, maxOutputTokens: 50 })).toBeUndefined()
  expect(misfit(small, { ...needs, maxOutputTokens: 51 })).toBe(
    'the request needs about 151 tokens, its window holds 150',
  )
})
