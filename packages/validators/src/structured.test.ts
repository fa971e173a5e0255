import { isHandler, carry, pipeline } from '@holdfast/core'
import type { Policy } from '@holdfast/core'
import { script } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { failureOf, fakeDialect, wire } from '../test/fake-dialect.ts'
import type { Wire } from '../test/fake-dialect.ts'
import { InvalidOutputError, json, notEmpty, structured } from './index.ts'

/** A schema that counts how often it was asked. */
const counting = () => {
  let parses = 0
  const schema = z.object({ n: z.number() }).transform(({ n }) => {
    parses += 1
    return { doubled: 2 * n }
  })
  return { schema, parses: () => parses }
}

const options = { dialect: fakeDialect }
const three = wire({ text: 'Sure: {"n":3}' })

test('gives the value that json parsed, without parsing it again', async () => {
  const { schema, parses } = counting()
  const extract = structured(pipeline(script<string, Wire>(three), [json(schema)], options), schema)
  expect(await extract('hi')).toEqual({ doubled: 6 })
  expect(parses()).toBe(1)
})

test('gives the value of an asynchronous schema', async () => {
  const schema = z.object({ n: z.number() }).transform(({ n }) => Promise.resolve(n))
  const extract = structured(pipeline(script<string, Wire>(three), [json(schema)], options), schema)
  expect(await extract('hi')).toBe(3)
})

test('keeps concurrent calls apart', async () => {
  const { schema, parses } = counting()
  const echo = async (n: number): Promise<Wire> => {
    await Promise.resolve()
    return wire({ text: `{"n":${n}}` })
  }
  const extract = structured(pipeline(echo, [json(schema)], options), schema)
  const values = await Promise.all([1, 2, 3, 4].map((n) => extract(n)))
  expect(values).toEqual([2, 4, 6, 8].map((doubled) => ({ doubled })))
  expect(parses()).toBe(4)
})

describe('an answer that several calls are given', () => {
  /** As a cache in memory does. */
  const memory: Policy<string, Wire> = (() => {
    let kept: Promise<Wire> | undefined
    return (_, next) => (kept ??= next())
  })()

  test('comes to a value of its own for each, so that none sees the changes of another', async () => {
    const { schema } = counting()
    const extract = structured(
      pipeline(script<string, Wire>(three), [memory, json(schema)], options),
      schema,
    )
    const [first, second] = await Promise.all([extract('hi'), extract('hi')])
    const third = await extract('hi')
    first.doubled = 0
    expect([second, third]).toEqual([{ doubled: 6 }, { doubled: 6 }])
  })
})

test('parses plain text that json saw, for text has no identity', async () => {
  const { schema } = counting()
  const extract = structured(pipeline(script<string>('{"n":3}'), [json(schema)]), schema)
  expect(await extract('hi')).toEqual({ doubled: 6 })
})

test('parses what json did not see, and rejects it when it is bad', async () => {
  const { schema } = counting()
  const good = structured(pipeline(script<string>('{"n":3}'), []), schema)
  expect(await good('hi')).toEqual({ doubled: 6 })
  const bad = structured(pipeline(script<string>('no'), []), schema)
  expect(InvalidOutputError.is(await failureOf(bad('hi')))).toBe(true)
})

test("reads what json never saw, such as an answer from a store, by the handler's dialect", async () => {
  const { schema } = counting()
  const handler = pipeline(script<string, Wire>(three), [], options)
  const extract = structured(Object.assign(handler, options), schema)
  expect(await extract('hi')).toEqual({ doubled: 6 })
})

test('two schemas may read the same response', async () => {
  const { schema } = counting()
  const Raw = z.object({ n: z.number() })
  const handler = pipeline(script<string, Wire>(three), [json(schema), json(Raw)], options)
  expect(await structured(handler, schema)('hi')).toEqual({ doubled: 6 })
  expect(await structured(handler, Raw)('hi')).toEqual({ n: 3 })
})

test('finds the value when json stands in a pipeline inside the pipeline', async () => {
  const { schema, parses } = counting()
  const inner = pipeline(script<string, Wire>(three), [json(schema)], options)
  expect(await structured(pipeline(inner, []), schema)('hi')).toEqual({ doubled: 6 })
  expect(parses()).toBe(1)
})

test('nests in a pipeline as its handler does: one call, one record', async () => {
  const { schema } = counting()
  const extract = structured(pipeline(script<string, Wire>(three), [json(schema)], options), schema)
  expect(isHandler(extract)).toBe(true)
  const { response, report } = await pipeline(extract, []).withReport('hi')
  expect(response).toEqual({ doubled: 6 })
  expect((await report).attempts).toHaveLength(1)
})

test('withReport gives the value together with the report', async () => {
  const { schema } = counting()
  const extract = structured(pipeline(script<string, Wire>(three), [json(schema)], options), schema)
  const { response, report } = await extract.withReport('hi')
  expect(response).toEqual({ doubled: 6 })
  expect(await report).toMatchObject({ attempts: [{ outcome: 'succeeded' }] })
})

test("has the handler's events, policies and description", () => {
  const { schema } = counting()
  const handler = pipeline(script<string, Wire>(three), [notEmpty(), json(schema)], options)
  const extract = structured(handler, schema)
  expect(extract.policies).toEqual(['notEmpty', 'json'])
  expect(extract.events).toBe(handler.events)
  expect(extract.describe()).toEqual(handler.describe())
})

test('hands signal and failure through', async () => {
  const { schema } = counting()
  const extract = structured(pipeline(script<string, Wire>(three), [json(schema)], options), schema)
  const reason = new Error('left')
  expect(await failureOf(extract('hi', { signal: AbortSignal.abort(reason) }))).toBe(reason)
})

test('refuses a stream, and what is no handler or no schema', async () => {
  const { schema } = counting()
  const stream = carry({ text: '' }, { over: Promise.resolve() } as never)
  const extract = structured(pipeline(script<string, { text: string }>(stream), []), schema)
  expect(await failureOf(extract('hi'))).toMatchObject({ code: 'HOLDFAST_CONFIGURATION' })
  expect(() => structured((() => {}) as never, schema)).toThrow(
    'structured: handler must be a pipeline',
  )
  expect(() => structured(pipeline(script<string>('x'), []), {} as never)).toThrow(
    'structured: schema must be a Standard Schema',
  )
})
