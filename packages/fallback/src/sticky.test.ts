import { health, pipeline, place } from '@holdfast/core'
import { testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { fallback, type FallbackOptions } from './index.ts'

interface Ask {
  readonly session?: string
}

const stage = (options: FallbackOptions<Ask>) => {
  const clock = testClock()
  const known = health()
  const broken = new Set<string>()
  const target = (id: string) => ({
    id,
    provider: id,
    call: async (): Promise<string> => {
      if (broken.has(id)) throw Object.assign(new Error(id), { status: 503 })
      return id
    },
  })
  const ask = pipeline(target('a').call, [fallback([target('b'), target('c')], options)], {
    name: 'a',
    clock,
    health: known,
  })
  return { ask, clock, known, broken }
}
const stickyBy = (ctx: { readonly request: Ask }): string | undefined => ctx.request.session

test('R-77 a session stays with the target that served it, when the first one is back; others do not', async () => {
  const { ask, broken } = stage({ stickyBy })
  broken.add('a')
  expect(await ask({ session: '1' })).toBe('b')
  broken.clear()
  expect(await ask({ session: '1' })).toBe('b')
  expect(await ask({ session: '2' })).toBe('a')
  expect(await ask({})).toBe('a')
})

test('R-77 until its prompt cache is gone, or the target is', async () => {
  const { ask, broken, clock, known } = stage({ stickyBy, stickyMs: 60_000 })
  broken.add('a')
  await ask({ session: '1' })
  broken.clear()
  Object.assign(known.of('b'), { state: 'open', until: clock.now() + 10_000 })
  expect(await ask({ session: '1' })).toBe('a')
  broken.add('a')
  Object.assign(known.of('b'), { state: 'healthy', until: 0 })
  expect(await ask({ session: '3' })).toBe('b')
  broken.clear()
  await clock.advance(60_000)
  expect(await ask({ session: '3' })).toBe('a')
})

test('R-77 with the one that answered, when two were asked at once', async () => {
  const clock = testClock()
  const late = { id: 'late', provider: 'late', call: () => new Promise<string>(() => {}) }
  /** Asks a second one beside the first, and takes what comes first. */
  const both = place({ name: 'both', floor: 'hedge', concurrent: true }, (_ctx, next) =>
    Promise.race([next({ attempt: 1 }), next({ attempt: 2, target: late })]),
  )
  const ask = pipeline(
    async (_ask: Ask, { target }): Promise<string> => target.id,
    [fallback([{ id: 'b', provider: 'b', call: async () => 'b' }, late], { stickyBy }), both],
    { name: 'a', clock },
  )
  expect(await ask({ session: '1' })).toBe('a')
  expect(await ask({ session: '1' })).toBe('a')
})

test('by latency: the quickest as it is known just now, unknown ones first', async () => {
  const { ask, known } = stage({ order: 'latency' })
  known.of('a').p95FirstContentMs = 900
  known.of('b').p95FirstContentMs = 300
  expect(await ask({})).toBe('c')
  known.of('c').p95FirstContentMs = 500
  expect(await ask({})).toBe('b')
})
