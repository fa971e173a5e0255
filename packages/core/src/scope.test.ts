import { getEventListeners } from 'node:events'

import { testClock } from '@holdfast/testing'
import { describe, expect, test, vi } from 'vitest'

import { abortScope, pipeline, sleep, timeout } from './index.ts'
import { AbortScope, neverScope, scopeOf } from './scope.ts'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

describe('abort scopes', () => {
  test('no controller is made until somebody reads the signal, and the reason is the very one', () => {
    const made = vi.spyOn(globalThis, 'AbortController')
    const scope = abortScope({ scope: neverScope })
    const inner = new AbortScope(scope)
    const reason = { any: 'thing' }
    scope.abort(reason)
    expect(made).not.toHaveBeenCalled()
    expect(inner.signal.reason).toBe(reason)
    expect(inner.aborted).toBe(true)
  })

  test('T4 2,000 calls on one long signal leave no listener', async () => {
    const { signal } = new AbortController()
    const ask = pipeline(async (n: number) => n, [timeout({ timeoutMs: 5_000 })])
    for (let n = 0; n < 2_000; n++) await ask(n, { signal })
    await ask(0, { signal, deadline: 0 }).catch(() => {})
    expect(listeners(signal)).toBe(0)
  })

  test('T5 R-63 10,000 calls at the same time on one signal hang on one listener', async () => {
    const warned = vi.fn()
    process.on('warning', warned)
    const { signal } = new AbortController()
    let open!: () => void
    const gate = new Promise<void>((resolve) => (open = resolve))
    const ask = pipeline(async (n: number) => gate.then(() => n), [timeout({ timeoutMs: 5_000 })])
    const calls = Array.from({ length: 10_000 }, (_, n) => ask(n, { signal }))
    expect(listeners(signal)).toBe(1)
    open()
    await Promise.all(calls)
    process.off('warning', warned)
    expect(listeners(signal)).toBe(0)
    expect(warned).not.toHaveBeenCalled()
  })

  test('a foreign signal aborts everything that hangs on it, once', () => {
    const controller = new AbortController()
    const scope = scopeOf(controller.signal)
    const heard = vi.fn()
    const inner = new AbortScope(scope)
    inner.onAbort(heard)
    const gone = vi.fn()
    inner.onAbort(gone)()
    controller.abort('why')
    expect(heard).toHaveBeenCalledExactlyOnceWith('why')
    expect(gone).not.toHaveBeenCalled()
    inner.onAbort(heard)
    expect(heard).toHaveBeenCalledTimes(2)
  })
})

describe('sleep', () => {
  test('T1 wakes at once on abort, with the very reason, and leaves no timer', async () => {
    const clock = testClock()
    const scope = new AbortScope()
    const slept = sleep({ clock, scope }, 300).catch((reason: unknown) => reason)
    await clock.advance(30)
    scope.abort('enough')
    expect(await slept).toBe('enough')
    expect(clock.pending).toBe(0)
  })

  test('zero touches no timer', async () => {
    const clock = testClock()
    await sleep({ clock, scope: neverScope }, 0)
    expect(clock.pending).toBe(0)
  })
})
