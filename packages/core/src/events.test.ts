import { runInNewContext } from 'node:vm'

import { recordEvents } from '@holdfast/testing'
import { describe, expect, test, vi } from 'vitest'

import { Events, pipeline } from './index.ts'

const ask = () => pipeline(async (q: string) => q, [], { name: 'route', provider: 'p' })

describe('events', () => {
  test('a call tells how it went, with a header to label and join by', async () => {
    const handler = ask()
    const seen = recordEvents(handler)
    await handler('hi')
    expect(seen.map(({ type }) => type)).toEqual([
      'call:started',
      'attempt:started',
      'attempt:succeeded',
      'call:succeeded',
    ])
    expect(seen[0]).toMatchObject({ route: 'route', provider: 'p', target: 'p', attempt: 1 })
    expect(new Set(seen.map(({ callId }) => callId)).size).toBe(1)
  })

  test('T32 a listener that throws or rejects never fails a call, keeps nobody else from hearing, and is reported once', async () => {
    const handler = ask()
    const failures: unknown[] = []
    const heard = vi.fn()
    handler.events.on(
      'listener:failed',
      ({ error, type }) => void failures.push([type, (error as Error).message]),
    )
    handler.events.on('call:succeeded', () => {
      throw new Error('thrown')
    })
    handler.events.on('call:succeeded', () => Promise.reject(new Error('rejected')) as never)
    handler.events.on('call:succeeded', heard)
    expect(await handler('hi')).toBe('hi')
    await Promise.resolve()
    expect(heard).toHaveBeenCalledOnce()
    expect(failures).toEqual([
      ['call:succeeded', 'thrown'],
      ['call:succeeded', 'rejected'],
    ])
  })

  test('T32 without a listener for failures the console is told', () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const events = new Events()
    events.on('call:started', () => {
      throw new Error('x')
    })
    events.publish({ type: 'call:started' } as never)
    expect(print).toHaveBeenCalledOnce()
  })

  test('off takes back what on and once gave', () => {
    const events = new Events()
    const heard = vi.fn()
    events.on('call:started', heard)
    events.off('call:started', heard)
    events.once('*', heard)
    events.publish({ type: 'call:started' } as never)
    events.publish({ type: 'call:started' } as never)
    expect(heard).toHaveBeenCalledOnce()
  })

  test('a once that was told takes back itself and not what the same listener hears always', () => {
    const events = new Events()
    const heard = vi.fn()
    events.on('call:started', heard)
    events.once('call:started', heard)
    for (let i = 0; i < 3; i++) events.publish({ type: 'call:started' } as never)
    expect(heard).toHaveBeenCalledTimes(4)
  })

  test('T31 T32 a listener that answers with a promise of another realm may reject, too', async () => {
    const events = new Events()
    const failures: unknown[] = []
    events.on('listener:failed', ({ error }) => void failures.push(error))
    events.on('call:started', () => runInNewContext("Promise.reject('no')") as undefined)
    events.publish({ type: 'call:started' } as never)
    await Promise.resolve()
    expect(failures).toEqual(['no'])
  })

  test('an inner pipeline is heard on the outer one too', async () => {
    const outer = pipeline(ask(), [], { name: 'outer' })
    const seen = recordEvents(outer)
    await outer('hi')
    expect(seen.filter(({ type }) => type === 'attempt:succeeded')).toHaveLength(1)
  })
})
