import fc from 'fast-check'
import { hash, serialize } from 'ohash'
import { describe, expect, test } from 'vitest'

import { canonical, ignoring } from './canonical.ts'
import { sha256 as nodeSha256 } from './sha256.node.ts'
import { sha256 as webSha256 } from './sha256.web.ts'

/** What a request is made of, with texts that look like our own tokens and like quoted ones. */
const data = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.oneof(
      fc.constantFrom(
        '',
        "'",
        '"',
        "x',b:'y",
        's1:a',
        'n1;',
        '}',
        ']',
        't',
        'z',
        '1:as1:b',
        '\ud800',
        '\udfff',
        '\ufffd',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.integer({ min: -3, max: 3 }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt({ min: -2n, max: 2n }),
      fc.uint8Array({ maxLength: 2 }),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '1', 'a:', "'"), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value

/** Vitest's own equality, without asymmetric matchers getting in the way: `-0` is not `0`, NaN is NaN. */
const equal = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toStrictEqual(b)
    return true
  } catch {
    return false
  }
}

/** The same data with the keys of every object in reverse. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, v]) => [key, reversed(v)]),
  )
}

describe('the canonical text', () => {
  test('is the same exactly when two values are deeply equal', () => {
    fc.assert(
      fc.property(data, data, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(equal(a, b))
      }),
      { numRuns: 2_000 },
    )
  })

  test('survives UTF-8: different values stay different as bytes, lone surrogates too', () => {
    const bytes = (value: unknown): string => String(new TextEncoder().encode(canonical(value)))
    fc.assert(
      fc.property(data, data, (a, b) => {
        expect(bytes(a) === bytes(b)).toBe(equal(a, b))
      }),
      { numRuns: 1_000 },
    )
    expect(bytes('\ud800')).not.toBe(bytes('\ud801'))
  })

  test('does not depend on the order of keys', () => {
    fc.assert(fc.property(data, (value) => canonical(reversed(value)) === canonical(value)))
    expect(canonical({ a: 1, b: { c: 2, d: 3 } })).toBe(canonical({ b: { d: 3, c: 2 }, a: 1 }))
  })

  test('sorts few keys as it sorts many', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 40 }), (names) => {
        const of = (keys: string[]): string =>
          canonical(Object.fromEntries(keys.map((k) => [k, k])))
        expect(of(names.toReversed())).toBe(of(names))
        expect(of(names.toSorted())).toBe(of(names))
      }),
    )
  })

  test('tells quotes apart where ohash collides', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (x, y) => {
        const forged = { a: `${x}',b:'${y}` }
        const honest = { a: x, b: y }
        expect(serialize(forged)).toBe(serialize(honest))
        expect(hash(forged)).toBe(hash(honest))
        expect(canonical(forged)).not.toBe(canonical(honest))
        expect(nodeSha256(canonical(forged))).not.toBe(nodeSha256(canonical(honest)))
      }),
    )
  })

  test.each([
    [0, -0],
    [NaN, null],
    [Infinity, null],
    [1, 1n],
    [1, '1'],
    [null, undefined],
    [[undefined], [null]],
    [[], {}],
    [{}, Object.assign([], {}) as unknown],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(0), 0],
    [new URL('https://a.test/'), 'https://a.test/'],
    [new Uint8Array([1]), [1]],
    [new Uint8Array([1, 0]), new Uint16Array([1])],
    [new Uint8Array(2), new Uint8Array(2).buffer],
    [new Uint8Array([1]), new Uint8Array([2])],
    [{ a: 1 }, { a: 1, b: null }],
  ] as [unknown, unknown][])('never takes %o for %o', (a, b) => {
    expect(canonical(a)).not.toBe(canonical(b))
    expect(canonical({ in: [a] })).not.toBe(canonical({ in: [b] }))
  })

  test('takes an undefined field for an absent one, as JSON does', () => {
    expect(canonical({ a: 1, b: undefined })).toBe(canonical({ a: 1 }))
  })

  test('reads the part that a view shows, and no more', () => {
    const whole = new Uint8Array([9, 1, 2, 9])
    expect(canonical(whole.subarray(1, 3))).toBe(canonical(new Uint8Array([1, 2])))
    const large = new Uint8Array(100_000).fill(200)
    expect(canonical(large)).toHaveLength(100_000 + 'b[object Uint8Array]100000:'.length)
  })

  test('takes objects without a prototype, and own fields of inherited names', () => {
    expect(canonical(Object.assign(Object.create(null) as object, { a: 1 }))).toBe(
      canonical({ a: 1 }),
    )
    expect(canonical(JSON.parse('{"__proto__":1}'))).not.toBe(canonical({}))
  })

  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  test.each([
    [{ tools: [{ execute: () => {} }] }, "'execute' is a function"],
    [{ when: Symbol('now') }, "'when' is a symbol"],
    [{ headers: new Map([['a', 1]]) }, "'headers' is an instance of Map"],
    [{ seen: new Set() }, "'seen' is an instance of Set"],
    [{ image: new Blob(['x']) }, "'image' is an instance of Blob"],
    [{ error: new Error('x') }, "'error' is an instance of Error"],
    [circle, "'self' is nested too deeply"],
    [() => {}, 'the request is a function'],
  ])('refuses %o, by name', (value, sentence) => {
    expect(() => canonical(value)).toThrow(sentence)
    expect(() => canonical(value)).toThrow(TypeError)
  })
})

describe('ignored fields', () => {
  const text = (value: unknown, ...paths: string[]): string => canonical(value, ignoring(paths))

  test('do not change the text; all others do', () => {
    expect(text({ user: 'a', q: 1 }, 'user')).toBe(text({ user: 'b', q: 1 }, 'user'))
    expect(text({ user: 'a', q: 1 }, 'user')).toBe(text({ q: 1 }, 'user'))
    expect(text({ user: 'a', q: 1 }, 'user')).not.toBe(text({ user: 'a', q: 2 }, 'user'))
  })

  test('are paths: the same name elsewhere counts', () => {
    const of = (id: number, inner: number): string =>
      text({ id, meta: { id: inner, keep: 1 } }, 'meta.id')
    expect(of(1, 1)).toBe(of(1, 2))
    expect(of(1, 1)).not.toBe(of(2, 1))
  })

  test('reach into each item of a list', () => {
    const of = (id: string, content: string): string =>
      text({ messages: [{ id, content }] }, 'messages.id')
    expect(of('1', 'hi')).toBe(of('2', 'hi'))
    expect(of('1', 'hi')).not.toBe(of('1', 'ho'))
  })

  test('may be named with their own parts, in either order, and hide what has no text', () => {
    for (const paths of [
      ['a', 'a.b'],
      ['a.b', 'a'],
    ])
      expect(text({ a: { b: () => {} }, c: 1 }, ...paths)).toBe(text({ c: 1 }))
  })
})

test('both hashes are SHA-256 of the UTF-8', async () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(nodeSha256('abc')).toBe(abc)
  await expect(webSha256('abc')).resolves.toBe(abc)
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (value) => {
      expect(await webSha256(value)).toBe(nodeSha256(value))
    }),
  )
})
