import { expect, it } from 'vitest'

import { dice, hashOf } from './dice.ts'

it('keeps words apart, so that two different seeds never meet', () => {
  expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'))
  expect(hashOf('1')).not.toBe(hashOf(1))
})

it('says the same on every machine and in every release', () => {
  // Pinned on purpose: whoever changes the hash changes the fate of every recorded scenario.
  expect(hashOf('fate', 1, 0, 'key', 1)).toMatchInlineSnapshot(
    `"1b4a614c1b54bf43eaceb2d4517004ff957b191c0437703540b46624a8144d48"`,
  )
})

it('is fair: each tenth of the range gets a tenth of the throws', () => {
  const tenths = Array.from<number>({ length: 10 }).fill(0)
  for (let i = 0; i < 10_000; i++) {
    const tenth = Math.floor(dice('fair', i) * 10)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  for (const throws of tenths) expect(Math.abs(throws - 1000)).toBeLessThan(120)
})
