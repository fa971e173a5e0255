import { health, infoOf, pipeline, place, sleep, type Context } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { httpError, recordEvents, seededRandom, settle, testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { circuitBreaker, circuitsOf, type CircuitBreakerOptions } from './index.ts'

const FIRES: readonly CircuitBreakerOptions[] = [
  {},
  { evacuate: true, slowCallMs: { p95Times: 2 }, halfOpenProbes: 3 },
  { whenAllOpen: 'probe', slowCallMs: 300, openFactor: 2, halfOpenProbes: 2 },
  {
    whenAllOpen: 'soonest',
    consecutiveFailures: 3,
    openJitter: 0.5,
    key: (ctx) => String(ctx.request),
  },
]

const watchListeners = (signal: AbortSignal, count: (by: 1 | -1) => void): void => {
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  Object.assign(signal, {
    addEventListener: (...given: Parameters<typeof add>) => (count(1), add(...given)),
    removeEventListener: (...given: Parameters<typeof remove>) => (count(-1), remove(...given)),
  })
}

test.each(FIRES.map((options, i) => [i, options] as const))(
  'T43 T45 T56 whatever hundreds of calls come to, no timer, no listener and no place is left (%i)',
  async (seed, options) => {
    const random = seededRandom(seed)
    const clock = testClock()
    const known = health()
    const breaker = circuitBreaker({
      minimumCalls: 5,
      windowMs: 2_000,
      openMs: 300,
      maxOpenMs: 2_000,
      banMs: 300,
      maxBanMs: 2_000,
      probeLeaseMs: 1_000,
      ...options,
    })
    /** Well, then down for a while, then well again. */
    const isDown = (): boolean => clock.now() > 1_000 && clock.now() < 3_000
    const provider = streaming(async function* (_tenant: string, ctx: Context) {
      await sleep({ clock, scope: ctx.scope }, random() * 400)
      if (isDown() && random() < 0.9) throw httpError(random() < 0.1 ? 401 : 503)
      if (random() < 0.1) throw httpError(400)
      for (let i = 0; i < 5; i++) {
        yield 'x'
        await sleep({ clock, scope: ctx.scope }, 20)
        if (isDown() && random() < 0.2) throw httpError(503)
      }
    })
    const others = place({ name: 'others', floor: 'fallback' }, (_ctx, next) =>
      next({ alternatives: () => (random() < 0.5 ? 1 : 0) }),
    )
    const chat = pipeline(provider, [others, breaker], {
      provider: 'p',
      clock,
      random,
      health: known,
    })
    const events = recordEvents(chat)
    /** Listeners that are on the signals of callers who have not left. */
    const listening = new Map<AbortSignal, number>()
    const call = async (n: number): Promise<void> => {
      const caller = new AbortController()
      const { signal } = caller
      watchListeners(signal, (by) => listening.set(signal, (listening.get(signal) ?? 0) + by))
      const stay = random() < 0.2 ? clock.after(random() * 500, () => caller.abort()) : undefined
      try {
        const deadline = clock.now() + 3_000
        for await (const _ of await chat(`tenant ${n % 3}`, { signal, deadline }))
          if (random() < 0.02) break
      } catch {}
      stay?.()
      if (signal.aborted) listening.delete(signal)
    }
    const calls: Promise<void>[] = []
    for (let n = 0; n < 400; n++) {
      calls.push(call(n))
      if (n % 2 === 0) await clock.advance(20)
    }
    for (let i = 0; i < 100; i++) await clock.advance(100)
    await Promise.all(calls)
    await settle()
    expect(clock.pending).toBe(0)
    expect(events.types()).toContain('circuit:opened')
    // Nobody is out, and failures are forgotten: a call or two and all is as if nothing had been.
    await clock.advance(10_000)
    for (let n = 0; n < 30; n++) {
      const done = call(n)
      await clock.advance(1_000)
      await done
    }
    await clock.advance(10_000)
    expect(circuitsOf(breaker).state()).toBe('closed')
    expect(known.of('p')).toMatchObject({ state: 'healthy', until: 0 })
    expect(infoOf(breaker)?.idle?.()).toBe(true)
    expect(clock.pending).toBe(0)
    expect([...listening.values()].filter((count) => count !== 0)).toEqual([])
  },
)
