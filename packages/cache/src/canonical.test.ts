import { runInNewContext } from 'node:vm'

import fc from 'fast-check'
import { hash, serialize } from 'ohash'
import { describe, expect, test } from 'vitest'

import { canonical } from './canonical.ts'
import { ignoring } from './ignored.ts'
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
    [new Uint8Array([1]), Buffer.from([1])],
    [new Uint8Array([1]), new DataView(new Uint8Array([1]).buffer)],
    [new Date(NaN), NaN],
    [new Date(0), new Date(1)],
    ['\u00e9', 'e\u0301'],
    ['\ud800', '\\ud800'],
    ['\ud83d\ude00', '\ude00\ud83d'],
    [{ '\u00e9': 1 }, { 'e\u0301': 1 }],
    [JSON.parse('{"__proto__":1}'), {}],
    [[[1], 2], [[1, 2]]],
    [
      [1, [2]],
      [[1], 2],
    ],
    [{ 0: 'a' }, ['a']],
    [10_000_000_000_000_000_000_000n, 1e22],
    [0.1 + 0.2, 0.3],
    [[undefined], []],
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
    expect(canonical(large)).toHaveLength(100_000 + 'bUint8Array:100000:'.length)
  })

  test('tells all bytes apart', () => {
    const texts = Array.from({ length: 256 }, (_, byte) => canonical(new Uint8Array([byte])))
    expect(new Set(texts).size).toBe(256)
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(equal(a, b))
        expect(canonical(a.buffer) === canonical(b.buffer)).toBe(equal(a, b))
      }),
    )
  })

  test('takes objects without a prototype, and own fields of inherited names', () => {
    expect(canonical(Object.assign(Object.create(null) as object, { a: 1 }))).toBe(
      canonical({ a: 1 }),
    )
    expect(canonical(JSON.parse('{"__proto__":1}'))).not.toBe(canonical({}))
  })

  test('does not read what is hidden, nor names given to a list: neither is sent', () => {
    const hidden = Object.defineProperty({ a: 1 }, '$parse', { value: () => {} })
    expect(canonical(hidden)).toBe(canonical({ a: 1 }))
    expect(canonical(/b/.exec('abc'))).toBe(canonical(['b']))
  })

  test('takes what a getter gives for its value, and passes on what it throws', () => {
    const given = {
      get a() {
        return 1
      },
    }
    expect(canonical(given)).toBe(canonical({ a: 1 }))
    const thrown = new Error('not loaded')
    const failing = {
      get a(): number {
        throw thrown
      },
    }
    expect(() => canonical(failing)).toThrow(thrown)
  })

  test('is not kept busy by a list that is long and empty', () => {
    const list: unknown[] = []
    list.length = 2 ** 32 - 1
    expect(() => canonical({ list })).toThrow("'list' is a list with holes")
  })

  test('takes what another realm made for what it is', () => {
    const other = runInNewContext('({ plain: { a: [1] }, bytes: new Uint8Array([1]) })') as object
    expect(canonical(other)).toBe(canonical({ plain: { a: [1] }, bytes: new Uint8Array([1]) }))
  })

  class Turns extends Array<number> {}
  class Pixels extends Uint8Array {}
  class Day extends Date {}
  class Impostor {
    readonly [Symbol.toStringTag] = 'Date'
    getTime(): number {
      return 0
    }
  }
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const circularList: unknown[] = []
  circularList.push(circularList)
  test.each([
    [{ tools: [{ execute: () => {} }] }, "'execute' is a function"],
    [{ when: Symbol('now') }, "'when' is a symbol"],
    [{ headers: new Map([['a', 1]]) }, "'headers' is an instance of Map"],
    [{ seen: new Set() }, "'seen' is an instance of Set"],
    [{ image: new Blob(['x']) }, "'image' is an instance of Blob"],
    [{ error: new Error('x') }, "'error' is an instance of Error"],
    [circle, "'self' is nested too deeply"],
    [circularList, 'the request is nested too deeply'],
    [() => {}, 'the request is a function'],
    [{ at: /x/g }, "'at' is an instance of RegExp"],
    [{ n: new Number(1) }, "'n' is an instance of Number"],
    [{ s: new String('a') }, "'s' is an instance of String"],
    [{ b: new Boolean(false) }, "'b' is an instance of Boolean"],
    [{ i: Object(1n) }, "'i' is an instance of BigInt"],
    [{ file: new File(['x'], 'a.txt') }, "'file' is an instance of File"],
    [{ form: new FormData() }, "'form' is an instance of FormData"],
    [{ query: new URLSearchParams('a=1') }, "'query' is an instance of URLSearchParams"],
    [{ bytes: new SharedArrayBuffer(1) }, "'bytes' is an instance of SharedArrayBuffer"],
    [{ later: Promise.resolve(1) }, "'later' is an instance of Promise"],
    [{ weak: new WeakMap() }, "'weak' is an instance of WeakMap"],
    [{ list: Object.assign([1], { 2: 3 }) }, "'list' is a list with holes"],
    [{ list: new Turns(1) }, "'list' is an instance of Turns"],
    [{ bytes: new Pixels(1) }, "'bytes' is an instance of Pixels"],
    [{ on: new Day(0) }, "'on' is an instance of Day"],
    [{ on: Object.assign(new Date(0), { zone: 'CET' }) }, "'on' is an instance of Date"],
    [{ to: Object.assign(new URL('https://a.test'), { key: 1 }) }, "'to' is an instance of URL"],
    [{ toJSON: () => 'other' }, "'toJSON' is a function"],
    [{ [Symbol('a')]: 1 }, 'the request is an object with a field named by a symbol'],
    [Object.create({ model: 'inherited' }), 'the request is an instance of Object'],
    [Object.create(Object.create(null, { model: { value: 1 } }) as object), 'an unknown class'],
    [{ [Symbol.toStringTag]: 'Date', getTime: () => 0 }, 'named by a symbol'],
    [new Impostor(), 'the request is an instance of Impostor'],
    [Object.setPrototypeOf([], null), 'an unknown class'],
  ] as [unknown, string][])('refuses by name: $1', (value, sentence) => {
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

  test('that are named with their own parts leave out nothing else (R-54)', () => {
    const of = (model: string): string =>
      text({ model, metadata: { model: 'x' } }, 'metadata', 'metadata.model')
    expect(of('a')).not.toBe(of('b'))
  })

  test('never make two requests alike that differ elsewhere', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
      .map((names) => names.join('.'))
    /** The request without what is named, as one would do it by hand. */
    const without = (value: unknown, paths: readonly string[]): unknown => {
      if (Array.isArray(value)) return value.map((item) => without(item, paths))
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => !paths.includes(key))
          .map(([key, v]) => [
            key,
            without(
              v,
              paths.filter((p) => p.startsWith(`${key}.`)).map((p) => p.slice(key.length + 1)),
            ),
          ]),
      )
    }
    const tree = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, depthSize: 'medium' },
        fc.integer({ min: 0, max: 1 }),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { noNullPrototype: true }),
      ),
    })).value
    fc.assert(
      fc.property(tree, fc.array(path, { maxLength: 4 }), (value, paths) => {
        expect(text(value, ...paths)).toBe(text(without(value, paths)))
      }),
      { numRuns: 1_000 },
    )
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
