import { health, pipeline, place } from '@holdfast/core'
import { after, fail, httpError, script, testClock } from '@holdfast/testing'
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

test('by latency: learned from the calls themselves, though nobody listens', async () => {
  const clock = testClock()
  const [slow, quick] = [script<Ask>(after(900, 'slow')), script<Ask>(after(100, 'quick'))]
  const listed = [{ id: 'quick', provider: 'quick', call: quick }]
  const ask = pipeline(slow, [fallback<Ask, string>(listed, { order: 'latency' })], { clock })
  const answers: string[] = []
  for (let i = 0; i < 41; i++) {
    const answer = ask({})
    await clock.advance(900)
    answers.push(await answer)
  }
  // Twenty of each, to know them, and from then on the quicker one.
  expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'slow'))
  expect(answers.slice(20)).toEqual(Array.from({ length: 21 }, () => 'quick'))
})

test('by latency: a pipeline in the list is known by how long it takes, not unknown for ever', async () => {
  const clock = testClock()
  const inner = pipeline(script<Ask>(after(900, 'inner')), [], {
    name: 'inner',
    provider: 'openai',
  })
  const own = script<Ask>(after(100, 'own'))
  const ask = pipeline(own, [fallback<Ask, string>([inner], { order: 'latency' })], { clock })
  const answers: string[] = []
  for (let i = 0; i < 41; i++) {
    const answer = ask({})
    await clock.advance(900)
    answers.push(await answer)
  }
  expect(answers.at(-1)).toBe('own')
  expect(answers.filter((answer) => answer === 'inner')).toHaveLength(20)
})

test('R-77 a pipeline in the list keeps its sessions, and so does a target that calls one', async () => {
  const inner = pipeline(script<Ask>('from inner'), [], { name: 'inner', provider: 'openai' })
  for (const entry of [inner, { id: 'inner', provider: 'any', call: inner }]) {
    const own = script<Ask>(fail(httpError(503)), 'from own')
    const ask = pipeline(own, [fallback<Ask, string>([entry], { stickyBy })])
    expect(await ask({ session: '1' })).toBe('from inner')
    expect(await ask({ session: '1' })).toBe('from inner')
    expect(await ask({ session: '2' })).toBe('from own')
  }
})

test('R-77 a session that is no text is an error, at once; an empty one is none', async () => {
  const asked = (session: unknown) => stage({ stickyBy: () => session as string }).ask({})
  await expect(asked(Promise.resolve('1'))).rejects.toThrow(
    'fallback: stickyBy must return a text, got a promise',
  )
  await expect(asked(7)).rejects.toThrow('fallback: stickyBy must return a text, got 7')
  for (const none of [undefined, null, '']) expect(await asked(none)).toBe('a')
})
