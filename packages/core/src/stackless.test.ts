import { afterEach, expect, test } from 'vitest'

import { stackless } from './stackless.ts'

const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')!
afterEach(() => Object.defineProperty(Error, 'stackTraceLimit', limit))

test('the error has no frames, and the next one has them again', () => {
  expect(stackless(() => new Error('x')).stack).not.toContain(' at ')
  expect(new Error('y').stack).toContain(' at ')
})

test('a maker that throws does not leave others without their stacks', () => {
  const make = (): never => {
    throw new TypeError('mine')
  }
  expect(() => stackless(make)).toThrow('mine')
  expect(new Error('y').stack).toContain(' at ')
})

test('where the limit is wanting, or cannot be set, it is an error like any other', () => {
  Object.defineProperty(Error, 'stackTraceLimit', { value: undefined, configurable: true })
  expect(stackless(() => new Error('x')).message).toBe('x')
  Object.defineProperty(Error, 'stackTraceLimit', {
    value: 10,
    writable: false,
    configurable: true,
  })
  expect(stackless(() => new Error('x')).message).toBe('x')
  expect(Error.stackTraceLimit).toBe(10)
})
