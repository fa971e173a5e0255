import { ConfigurationError, pipeline } from '@holdfast/core'
import { script } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { degrade, DEGRADE_DEFAULTS } from './degrade.ts'
import { fallback } from './fallback.ts'
import { FALLBACK_DEFAULTS } from './options.ts'

const a = { id: 'a', provider: 'p' }
const NONSENSE = [NaN, -1, Infinity, '5', null, {}, true, ['nonsense'], ['aborted']]

for (const option of ['on', 'onlyOn', 'order'] as const)
  for (const value of NONSENSE) {
    // An empty object reserves nothing: a fair value.
    if (option === 'onlyOn' && JSON.stringify(value) === '{}') continue
    test(`fallback says what is wrong with ${option}: ${JSON.stringify(value)}`, () => {
      const build = (): unknown => fallback([a], { [option]: value })
      expect(build).toThrow(ConfigurationError)
      expect(build).toThrow(`fallback: ${option} must be`)
    })
  }

test.each([undefined, null, [], 'a', [null], [{}], [{ id: 'a' }], [{ ...a, call: 1 }], [a, a]])(
  'fallback says what is wrong with the list %j',
  (list) => {
    expect(() => fallback(list as never)).toThrow(/^fallback: /)
  },
)

test('a reserved target must be in the list, and one target must be there to begin with', () => {
  expect(() => fallback([a], { onlyOn: { b: ['server'] } })).toThrow("onlyOn names 'b'")
  expect(() => fallback([a], { onlyOn: { a: ['server'] } })).toThrow('tried first')
})

test('degrade says what is wrong with its stand-in and its faults', () => {
  expect(() => degrade('sorry' as never)).toThrow('the stand-in must be a function')
  expect(() => degrade(() => '', { on: 'server' as never })).toThrow('degrade: on must be')
})

test('T79 later changes to options, list and targets have no effect', async () => {
  const first = { id: 'first', provider: 'p', call: script(() => 'first') }
  const list = [first]
  const on = [...FALLBACK_DEFAULTS.on]
  const chat = pipeline(
    script(() => Promise.reject(new Error('own'))),
    [fallback(list, { on })],
  )
  list.length = 0
  on.length = 0
  Object.assign(first, { call: undefined })
  expect(await chat('hi')).toBe('first')
})

test('every fault is either fallen back on by default or left out on purpose', () => {
  expect(FALLBACK_DEFAULTS.on).toHaveLength(18)
  expect(DEGRADE_DEFAULTS.on).toHaveLength(21)
  expect(DEGRADE_DEFAULTS.on).not.toContain('aborted')
  expect(DEGRADE_DEFAULTS.on).not.toContain('invalid-request')
})

test('a target may be of a class: what stands on its prototype is there', async () => {
  class Mistral {
    readonly id = 'mistral'
    readonly provider = 'mistral'
    get contextWindow(): number {
      return 100
    }
    call(): Promise<string> {
      return Promise.resolve('from mistral')
    }
  }
  const own = script(() => Promise.reject(new Error('own')))
  const chat = pipeline(own, [fallback([new Mistral()])], { name: 'own' })
  expect(await chat('hi')).toBe('from mistral')
  expect(own.calls).toHaveLength(1)
})

test('T79 nor have later changes to what a target costs', async () => {
  const priced = (id: string, inputPerMillion: number) => ({
    id,
    provider: id,
    call: script(() => id),
    price: { inputPerMillion, outputPerMillion: 0 },
  })
  const [cheap, dear] = [priced('cheap', 1), priced('dear', 9)]
  let prices: unknown[] = []
  const chat = pipeline(
    script(() => 'own'),
    [
      fallback([cheap, dear], {
        order: (targets) => {
          prices = targets.map(({ price }) => price?.inputPerMillion)
          return targets
        },
      }),
    ],
  )
  cheap.price.inputPerMillion = 99
  expect(await chat('hi')).toBe('own')
  expect(prices).toEqual([undefined, 1, 9])
})
