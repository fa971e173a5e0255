import { expect, test } from 'vitest'

import { anywhere, infoOf, place, type Policy } from './policy.ts'

const through: Policy<string, string> = Object.freeze(((_ctx, next) => next()) as Policy<
  string,
  string
>)

test('one function may stand on several floors, each time under the name it was given', () => {
  const free: Policy<string, string> = (_ctx, next) => next()
  const one = place({ name: 'one', floor: 'retry' }, free)
  const other = place({ name: 'other', floor: 'cache' }, free)
  expect([one, other].map((policy) => infoOf(policy)?.name)).toEqual(['one', 'other'])
})

test('a frozen function can be placed', () => {
  const placed = place({ name: 'mine', floor: 'retry' }, through)
  expect(infoOf(placed)).toEqual({ name: 'mine', floor: 'retry' })
  expect(infoOf(through)).toBeUndefined()
})

test('T23 what cannot be a policy, and where none can stand, is refused with a sentence', () => {
  const nowhere = { name: 'mine', floor: 'attic' as never } as const
  expect(() => place(nowhere, through)).toThrow(
    "place: floor must be one of the house, got 'attic'",
  )
  for (const policy of [undefined, null, {}, 'retry']) {
    const put = (): unknown => place({ name: 'mine', floor: 'retry' }, policy as never)
    expect(put).toThrow('place: a policy must be a function, got ')
    expect(() => anywhere(policy as never)).toThrow('anywhere: a policy must be a function, got ')
  }
})
