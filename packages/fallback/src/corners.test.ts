import { faultOf, HoldfastError, pipeline, place, type Policy } from '@holdfast/core'
import { after, fail, httpError, recordEvents, script, testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { fallback } from './fallback.ts'

const down = httpError(503)

class Rejection extends HoldfastError {
  readonly code = 'HOLDFAST_REJECTION'
  readonly userMessage = 'Later.'
  constructor(kind: 'circuit-open' | 'limited', retryAfterMs?: number) {
    super(faultOf(kind, kind, retryAfterMs === undefined ? {} : { retryAfterMs }))
  }
}

/** A breaker reduced to its door: half-open until `backAt`, its probe out. */
const door = (id: string, backAt: number, breakMs = Infinity): Policy<string, string> =>
  place({ name: 'door', floor: 'breaker' }, async (ctx, next) => {
    const now = ctx.clock.now()
    if (ctx.target.id !== id || now >= backAt) {
      if (ctx.target.id === id) Object.assign(ctx.health.of(id), { state: 'healthy', until: 0 })
      return next()
    }
    const retryAfterMs = Math.min(1_000, breakMs, backAt - now)
    Object.assign(ctx.health.of(id), { state: 'open', until: now + retryAfterMs })
    throw new Rejection('circuit-open', breakMs < Infinity ? breakMs : retryAfterMs)
  })

test('when the last reachable target refuses, the probe of one that is half-open is waited for', async () => {
  const clock = testClock()
  const a = script<string>('from a')
  const b = script<string>(fail(httpError(401)))
  const chat = pipeline(
    a,
    [fallback<string, string>([{ id: 'b', provider: 'b', call: b }]), door('a', 2_500)],
    { clock, name: 'a' },
  )
  const answer = chat('hi')
  await clock.advance(5_000)
  expect(await answer).toBe('from a')
  expect(a.calls).toHaveLength(1)
})

test('a pipeline in the list keeps its sessions', async () => {
  const own = script<string>(fail(down), 'from own')
  const inner = pipeline(script<string>('from inner'), [], { name: 'inner', provider: 'openai' })
  const chat = pipeline(own, [
    fallback<string, string>([inner], { stickyBy: ({ request }) => request }),
  ])
  expect(await chat('s')).toBe('from inner')
  expect(await chat('s')).toBe('from inner')
  expect(await chat('t')).toBe('from own')
})

test('latency is learned though nobody listens', async () => {
  const clock = testClock()
  const slow = script<string>(after(900, 'slow'))
  const quick = script<string>(after(100, 'quick'))
  const chat = pipeline(
    slow,
    [fallback<string, string>([{ id: 'quick', provider: 'q', call: quick }], { order: 'latency' })],
    { clock, name: 'slow' },
  )
  const answers: string[] = []
  for (let i = 0; i < 42; i++) {
    const one = chat('hi')
    await clock.advance(1_000)
    answers.push(await one)
  }
  expect(answers.filter((answer) => answer === 'slow')).toHaveLength(20)
  expect(answers.slice(20)).toEqual(Array.from({ length: 22 }, () => 'quick'))
})

test('a target of a class keeps its call', async () => {
  class Mistral {
    readonly id = 'mistral'
    readonly provider = 'mistral'
    call(): Promise<string> {
      return Promise.resolve('from mistral')
    }
  }
  const own = script<string>('from own')
  const chat = pipeline(own, [fallback<string, string>([new Mistral()])])
  expect(await chat('hi')).toBe('from own')
  const chat2 = pipeline(script<string>(fail(down)), [fallback<string, string>([new Mistral()])])
  expect(await chat2('hi')).toBe('from mistral')
})

test('one that is at its limit gets the second round', async () => {
  const busy: Policy<string, string> = place({ name: 'busy', floor: 'pace' }, async (ctx, next) => {
    if (ctx.target.id === 'own' && ctx.alternatives() > 0) throw new Rejection('limited', 500)
    return next()
  })
  const b = script<string>(fail(down))
  const chat = pipeline(
    script<string>('from own'),
    [fallback<string, string>([{ id: 'b', provider: 'b', call: b }]), busy],
    { name: 'own' },
  )
  expect(await chat('hi')).toBe('from own')
})

test('the earliest time to come back counts from now', async () => {
  const clock = testClock()
  const hint = (s: number) => httpError(429, { headers: { 'retry-after': String(s) } })
  const chat = pipeline(
    script<string>(fail(hint(61))),
    [
      fallback<string, string>([
        { id: 'b', provider: 'b', call: script<string>(after(40_000, fail(hint(70)))) },
      ]),
    ],
    { clock },
  )
  const error = chat('hi').catch((e: unknown) => e)
  await clock.advance(40_000)
  expect(await error).toMatchObject({ fault: { retryAfterMs: 21_000 } })
})

test('prices changed later change nothing', () => {
  const price = { inputPerMillion: 1, outputPerMillion: 1 }
  expect(() =>
    fallback([{ id: 'a', provider: 'a', price }], { order: (async () => []) as never }),
  ).not.toThrow()
})
