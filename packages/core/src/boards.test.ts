import { expect, test } from 'vitest'

import { Boards } from './boards.ts'
import { health } from './health.ts'

const openBoards = (): Boards => new Boards((entry) => void (entry.state = 'healthy'))

test('all that were added are told, each once, and hear of the end', () => {
  const boards = openBoards()
  const [mine, yours] = [health(), health()]
  expect([boards.add(mine, 'x'), boards.add(mine, 'x'), boards.add(yours, 'x')]).toEqual([
    true,
    false,
    true,
  ])
  let written = 0
  boards.tell((entry) => {
    entry.state = 'open'
    written++
  })
  expect([mine.of('x').state, yours.of('x').state, written]).toEqual(['open', 'open', 2])
  boards.clear()
  expect([mine.of('x').state, yours.of('x').state]).toEqual(['healthy', 'healthy'])
  boards.tell(() => written++)
  expect(written).toBe(2)
})

test('one that is told no more, for there are too many, is wiped', () => {
  const boards = openBoards()
  const houses = Array.from({ length: 33 }, () => health())
  for (const house of houses) {
    boards.add(house, 'x')
    boards.tell((entry) => void (entry.state = 'open'))
  }
  expect(houses.map((house) => house.of('x').state)).toEqual([
    'healthy',
    ...Array.from({ length: 32 }, () => 'open'),
  ])
})
