import { runInNewContext } from 'node:vm'

import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { extractJson, NoJsonError } from './extract-json.ts'

describe('with a schema', () => {
  const schema = z.object({ total: z.number() })
  test('the value that satisfies it wins over a larger one', async () => {
    expect(
      await extractJson('Of {"items":[1,2,3,4,5,6]} the sum is {"total":21}', { schema }),
    ).toEqual({ total: 21 })
  })
  test('it decides about what may be no JSON at all', async () => {
    expect(await extractJson('the sum [21]', { schema: z.array(z.number()) })).toEqual([21])
  })
  test('it decides whether a string is meant or the JSON in it', async () => {
    const text = JSON.stringify('{"total":3}')
    expect(await extractJson(text, { schema })).toEqual({ total: 3 })
    expect(await extractJson(text, { schema: z.string() })).toBe('{"total":3}')
  })
  test('it decides whether lines are the items of a list', async () => {
    const lines = '{"total":1}\n{"total":22}'
    expect(await extractJson(lines, { schema })).toEqual({ total: 22 })
    for (const text of [lines, `So:\n\`\`\`jsonl\n${lines}\n\`\`\`\nDone.`])
      expect(await extractJson(text, { schema: z.array(schema) })).toEqual([
        { total: 1 },
        { total: 22 },
      ])
  })
  test('a promise of another realm is waited for', async () => {
    // None of ours by `instanceof`.
    const foreign = <T>(value: T): Promise<T> =>
      runInNewContext('Promise.resolve(value)', { value }) as Promise<T>
    const { '~standard': standard } = schema
    const later: typeof schema = Object.create(schema, {
      '~standard': {
        value: { ...standard, validate: (it: unknown) => foreign(standard.validate(it)) },
      },
    })
    expect(await extractJson('{"total":1}', { schema: later })).toEqual({ total: 1 })
  })
  test('a text of very many that do not fit is declined like any other', async () => {
    const text = '{"total":"x"}\n'.repeat(20_000)
    expect(() => extractJson(text, { schema })).toThrow(NoJsonError)
    const later = z.looseObject({}).refine(() => Promise.resolve(false))
    await expect(extractJson(text, { schema: later })).rejects.toThrow(NoJsonError)
  })
  test('coerces only where it says so', async () => {
    const text = '{"total":"3"}'
    expect(await extractJson(text, { schema: z.object({ total: z.coerce.number() }) })).toEqual({
      total: 3,
    })
    expect(() => extractJson(text, { schema })).toThrow(NoJsonError)
  })
  test('an asynchronous one is waited for', async () => {
    const later = schema.refine(({ total }) => Promise.resolve(total > 2))
    expect(await extractJson('{"total":1} or {"total":3}', { schema: later })).toEqual({ total: 3 })
  })
  test('the issues are those of the best candidate, and no message quotes the text', () => {
    let error: unknown
    try {
      void extractJson('```json\n{"total":"secret"}\n```\n[1]', { schema })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({
      reason: 'schema',
      issues: [{ path: ['total'] }],
      fault: { kind: 'invalid-output' },
    })
    expect((error as Error).message).not.toContain('secret')
  })
})
