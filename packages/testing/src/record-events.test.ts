import { pipeline, type AnyEvent } from '@holdfast/core'
import { expect, test } from 'vitest'

import { recordEvents } from './record-events.ts'
import { script } from './script.ts'

test('it records every event in order, and lists their names', async () => {
  const ask = pipeline(script('hi'), [], { name: 'chat' })
  const events = recordEvents(ask)
  const heard: AnyEvent[] = []
  ask.events.on<'*'>('*', (event: AnyEvent) => {
    heard.push(event)
  })
  await ask('a')
  expect(events).toEqual(heard)
  expect(events.types()).toEqual(heard.map(({ type }) => type))
  expect(events.types()).toContain('call:succeeded')
})

test('what happened before is not in it, and it equals a plain array', async () => {
  const ask = pipeline(script('hi'), [])
  await ask('a')
  expect(recordEvents(ask)).toEqual([])
})
