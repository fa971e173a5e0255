import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { PerKey } from './per-key.ts'

/** Values that count their uses, some of them busy, and the keys that one was made for. */
const books = (max: number, busy: ReadonlySet<string> = new Set()) => {
  const made: string[] = []
  const asked: string[] = []
  const perKey = new PerKey(
    max,
    (key) => {
      made.push(key)
      return { key }
    },
    ({ key }) => {
      asked.push(key)
      return !busy.has(key)
    },
  )
  const keys = (): string[] => perKey.entries().map(([key]) => key)
  return { perKey, made, asked, keys }
}

describe('one value per key', () => {
  test('is made on first use, and is the same from then on', () => {
    const { perKey, made } = books(10)
    const a = perKey.of('a')
    perKey.of('b')
    expect(perKey.of('a')).toBe(a)
    expect(made).toEqual(['a', 'b'])
  })

  test('looking for one neither makes nor uses it', () => {
    const { perKey, made, keys } = books(2)
    expect(perKey.find('a')).toBeUndefined()
    perKey.of('a')
    perKey.of('b')
    expect(perKey.find('a')).toEqual({ key: 'a' })
    perKey.of('c')
    expect(keys()).toEqual(['b', 'c'])
    expect(made).toEqual(['a', 'b', 'c'])
  })

  test('a value that could not be made leaves nothing behind, and costs nobody his place', () => {
    let fails = false
    const perKey = new PerKey(
      1,
      (key) => {
        if (fails) throw new Error('no')
        return key
      },
      () => true,
    )
    perKey.of('a')
    fails = true
    expect(() => perKey.of('b')).toThrow('no')
    expect(perKey.entries()).toEqual([['a', 'a']])
  })
})

describe('is bounded', () => {
  test('T55 a flood of new keys forgets none that is not idle', () => {
    const { perKey, made, keys } = books(10, new Set(['failing']))
    perKey.of('failing')
    for (let n = 0; n < 100_000; n++) perKey.of(`flood ${n}`)
    expect(keys()).toHaveLength(10)
    perKey.of('failing')
    expect(made.filter((key) => key === 'failing')).toHaveLength(1)
  })

  test('T55 with nobody idle the first ones stay known, and a new key has a value for one use', () => {
    const all = Array.from({ length: 100 }, (_, n) => `busy ${n}`)
    const { perKey, keys } = books(10, new Set(all))
    for (const key of all) perKey.of(key)
    expect(keys().toSorted()).toEqual(all.slice(0, 10))
    expect(perKey.of('busy 50')).not.toBe(perKey.of('busy 50'))
  })

  test('few are asked whether they are idle, and others the next time', () => {
    const all = Array.from({ length: 20 }, (_, n) => `busy ${n}`)
    const { perKey, asked } = books(20, new Set(all))
    for (const key of all) perKey.of(key)
    expect(asked).toEqual([])
    perKey.of('x')
    expect(asked).toEqual(all.slice(0, 8))
    perKey.of('y')
    expect(asked).toEqual(all.slice(0, 16))
  })

  test('the least recently used is forgotten first, whatever the order of use', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
    fc.assert(
      fc.property(fc.array(key), fc.integer({ min: 1, max: 5 }), (uses, max) => {
        const { perKey, keys } = books(max)
        let kept: string[] = []
        for (const one of uses) {
          perKey.of(one)
          kept = [...kept.filter((other) => other !== one), one].slice(-max)
        }
        expect(keys()).toEqual(kept)
      }),
    )
  })

  test('what was kept because it is busy is used again in its turn', () => {
    const { perKey, keys } = books(2, new Set(['a', 'b']))
    for (const key of ['a', 'b', 'c', 'a', 'b', 'a']) perKey.of(key)
    expect(keys()).toEqual(['b', 'a'])
  })
})
