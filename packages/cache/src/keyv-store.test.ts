import { pipeline } from '@holdfast/core'
import { script, settle } from '@holdfast/testing'
import { Keyv } from 'keyv'
import { expect, test } from 'vitest'

import { cache } from './cache.ts'
import { keyvStore } from './keyv-store.ts'

test('an answer comes back from a Keyv', async () => {
  const provider = script<string, { text: string }>({ text: 'answer' })
  const ask = pipeline(provider, [
    cache({ scope: 'shared', ttlMs: 60_000, store: keyvStore(new Keyv()) }),
  ])
  await ask('q')
  await settle()
  expect(await ask('q')).toEqual({ text: 'answer' })
  expect(provider.calls).toHaveLength(1)
})

test('T69 a Keyv that could not write says so by false: it is told, not thrown', async () => {
  const keyv = { get: () => Promise.resolve(undefined), set: () => Promise.resolve(false) }
  const ask = pipeline(script<string>('answer'), [
    cache({ scope: 'shared', ttlMs: 60_000, store: keyvStore(keyv) }),
  ])
  const failures: unknown[] = []
  ask.events.on('cache:store-failed', ({ operation }) => failures.push(operation))
  expect(await ask('q')).toBe('answer')
  await settle()
  expect(failures).toEqual(['set'])
})

test('two namespaces of one Keyv backend share nothing', async () => {
  const backend = new Map<string, unknown>()
  const asked = async (namespace: string, answer: string): Promise<string> => {
    const store = keyvStore(new Keyv({ store: backend, namespace }))
    const ask = pipeline(script<string>(answer), [cache({ scope: 'shared', ttlMs: 60_000, store })])
    const response = await ask('q')
    await settle()
    return response
  }
  expect(await asked('blue', 'from blue')).toBe('from blue')
  expect(await asked('green', 'from green')).toBe('from green')
  expect(await asked('blue', 'not asked')).toBe('from blue')
  expect([...backend.keys()].map((key) => key.split(':')[0])).toEqual(['blue', 'green'])
})
