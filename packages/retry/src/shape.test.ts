import { pipeline, timeout } from '@holdfast/core'
import { expect, test } from 'vitest'

import { retry } from './retry.ts'

const provider = async (request: string) => request
const options = { providerRetries: 0 }

test('the worst case is every attempt at its longest and every wait at its longest', () => {
  const chat = pipeline(provider, [retry(), timeout({ timeoutMs: 10_000 })], options)
  expect(chat.describe()).toMatchObject({
    maxRequests: 4,
    maxMs: 4 * 10_000 + 3 * 66_000,
    warnings: [],
  })
})

test('R-29 nested retries multiply, and describe() says by how much', () => {
  const inner = pipeline(provider, [retry({ maxAttempts: 3 })], options)
  const { maxRequests, warnings } = pipeline(inner, [retry()]).describe()
  expect(maxRequests).toBe(12)
  expect(warnings).toEqual(['nested retries multiply: 4 attempts of up to 3 requests = 12'])
})

test("R-28 the SDK's own retries are a nested layer", () => {
  const { maxRequests, warnings } = pipeline(provider, [retry()], { providerRetries: 2 }).describe()
  expect(maxRequests).toBe(12)
  expect(warnings).toContain('nested retries multiply: 4 attempts of up to 3 requests = 12')
})

test('one attempt is no retry', () => {
  const inner = pipeline(provider, [retry({ maxAttempts: 1 })], options)
  expect(pipeline(inner, [retry()]).describe()).toMatchObject({ maxRequests: 4, warnings: [] })
})

test('endless attempts and a hook of your own have no worst case', () => {
  const second = timeout({ timeoutMs: 1_000 })
  const noWait = { baseDelayMs: 0, maxDelayMs: 0, maxRetryAfterMs: 0 }
  const endless = retry({ ...noWait, maxAttempts: Infinity })
  expect(pipeline(provider, [endless, second], options).describe().maxMs).toBe(Infinity)
  const hooked = retry({ delay: () => 5 })
  expect(pipeline(provider, [hooked, second], options).describe().maxMs).toBe(Infinity)
  const four = retry({ ...noWait, maxAttempts: 4 })
  expect(pipeline(provider, [four, second], options).describe().maxMs).toBe(4_000)
})
