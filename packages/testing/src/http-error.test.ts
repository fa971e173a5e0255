import { classify } from '@holdfast/core'
import { expect, test } from 'vitest'

import { httpError } from './http-error.ts'

test('it looks like the error of an SDK: an Error with status, headers and parsed body', () => {
  const body = { type: 'overloaded_error' }
  const error = httpError(529, { headers: { 'Retry-After': '2' }, body, message: 'Overloaded' })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'Error', message: 'Overloaded', status: 529, error: body })
  expect(error.headers.get('retry-after')).toBe('2')
})

test('a status is enough', () => {
  const error = httpError(500)
  expect(error.message).toBe('500 status code')
  expect([...error.headers]).toEqual([])
})

test('core reads it: kind, and the hint as a wait', () => {
  expect(classify(httpError(429, { headers: { 'retry-after': '2' } }))).toMatchObject({
    kind: 'rate-limited',
    retryAfterMs: 2_000,
  })
})
