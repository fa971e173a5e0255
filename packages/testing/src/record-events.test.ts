import { pipeline } from '@holdfast/core'
import { expect, test } from 'vitest'

import { recordEvents } from './record-events.ts'
import { script } from './script.ts'

test('it records every event in order, and lists their names', async () => {
  const ask = pipeline(script('hi'), [], { name: 'chat' })
  const events = recordEvents(ask)
  await ask('a')
  expect(events.types()).toEqual([
    'call:started',
    'attempt:started',
    'attempt:succeeded',
    'call:succeeded',
  ])
  expect(events[0]).toMatchObject({ type: 'call:started', route: 'chat' })
})

test('what happened before is not in it, and it equals a plain array', async () => {
  const ask = pipeline(script('hi'), [])
  await ask('a')
  expect(recordEvents(ask)).toEqual([])
})
