import { pipeline, sleep, timeout, type Context, type Handler } from '@holdfast/core'
import { monitor } from '@holdfast/monitor'
import { fail, hang, httpError, script, testClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'

import { fallback } from '../../fallback/src/index.ts'
import { Journal } from './journal.ts'

const journalOf = (handler: Pick<Handler<never, unknown>, 'events'>, prompts = false): Journal => {
  const watch = monitor()
  watch.watch(handler)
  const journal = new Journal(watch, { prompts, maxCalls: 100 })
  journal.attach()
  journal.hear(handler.events)
  return journal
}

describe('journal', () => {
  it('tells a call that is over once, with its attempts', async () => {
    const chat = pipeline(script('hello'), [], { name: 'chat', provider: 'openai', model: 'm' })
    const journal = journalOf(chat)
    await chat('hi')
    const { calls, unshown, running } = journal.tick()
    expect(calls).toMatchObject([
      {
        seq: 1,
        route: 'chat',
        outcome: 'succeeded',
        served: 1,
        attempts: [{ n: 1, target: 'openai/m', model: 'm', outcome: 'succeeded' }],
      },
    ])
    expect({ unshown, running }).toStrictEqual({ unshown: 0, running: { count: 0, longest: [] } })
    expect(journal.tick().calls).toStrictEqual([])
    expect(journal.recording().calls).toStrictEqual(calls)
  })

  it('tells of a call while it runs', async () => {
    let answer: (text: string) => void = () => {}
    const slow = (): Promise<string> => new Promise((resolve) => (answer = resolve))
    const chat = pipeline(slow, [], { name: 'chat', provider: 'openai' })
    const journal = journalOf(chat)
    const asked = chat('hi')
    expect(journal.tick().running).toMatchObject({
      count: 1,
      longest: [{ route: 'chat', attempts: 1, target: 'openai', doing: 'asks openai' }],
    })
    answer('hello')
    await asked
    expect(journal.tick().running.count).toBe(0)
  })

  it('hides what was asked, until it is asked for; credentials in messages never show', async () => {
    const failing = () => fail(new Error('bad key sk-abcdefghijklmnopqrstuvwxyz123456'))
    const request = { prompt: 'my secret wish' }
    const provider = script(failing(), failing())
    const chat = pipeline(provider, [], { name: 'chat' })
    const hidden = journalOf(chat)
    const shown = journalOf(chat, true)
    await expect(chat(request)).rejects.toThrow('bad key')
    const text = JSON.stringify(hidden.tick())
    expect(text).not.toContain('secret wish')
    expect(text).toContain('14 characters')
    expect(text).not.toContain('abcdefghijklmnop')
    const other = JSON.stringify(shown.tick())
    expect(other).toContain('my secret wish')
    expect(other).not.toContain('abcdefghijklmnop')
  })

  it('at a thousand calls in one tick it tells a fair few and counts all; failures have a place of their own', async () => {
    const chat = pipeline(
      ({ n }: { n: number }) =>
        n % 100 === 0 ? Promise.reject(httpError(503)) : Promise.resolve('hello'),
      [],
      { name: 'chat', provider: 'openai' },
    )
    const journal = journalOf(chat)
    await Promise.allSettled(Array.from({ length: 1_000 }, (_, n) => chat({ n })))
    const { calls, unshown } = journal.tick()
    expect(calls).toHaveLength(18)
    expect(calls.filter(({ outcome }) => outcome === 'failed')).toHaveLength(10)
    expect(unshown).toBe(982)
    expect(journal.second().point.routes['']?.slice(0, 2)).toStrictEqual([1_000, 10])
  })

  it('remembers no more calls than it was told to', async () => {
    const chat = pipeline(() => Promise.resolve('hello'), [], { name: 'chat' })
    const journal = journalOf(chat)
    for (let n = 0; n < 150; n++) {
      await chat('hi')
      journal.tick()
    }
    expect(journal.recording().calls).toHaveLength(100)
    expect(journal.recording().calls.at(-1)?.seq).toBe(150)
  })

  it('an attempt that ends after its call is told again, with what it cost', async () => {
    const clock = testClock()
    const racing = (ctx: Context<string>, next: (over: object) => Promise<string>) => {
      const late = next({ attempt: 1 })
      late.catch(() => {})
      return sleep(ctx, 10).then(() => 'hello')
    }
    const slow = (_: string, ctx: Context<string>): Promise<string> =>
      sleep(ctx, 100).then(() => Promise.reject(httpError(503)))
    const chat = pipeline(slow, [racing], { name: 'chat', provider: 'openai', clock })
    const journal = journalOf(chat)
    const asked = chat('hi')
    await clock.advance(10)
    await asked
    expect(journal.tick().calls[0]?.attempts[0]?.outcome).toBe('pending')
    await clock.advance(100)
    expect(journal.tick().changed[0]?.attempts[0]?.outcome).toBe('failed')
    expect(journal.recording().calls[0]?.attempts[0]?.outcome).toBe('failed')
  })

  it('what policies do is told in the story of the call, and what concerns all of them as a moment', async () => {
    const opening = (ctx: Context<string>, next: () => Promise<string>) => {
      ctx.emit('circuit:opened' as never, { key: 'openai', openMs: 5_000 } as never)
      ctx.emit('limit:queued' as never, { key: 'gate', waiting: 1 } as never)
      ctx.emit('limit:admitted' as never, { key: 'gate', waitedMs: 30 } as never)
      return next()
    }
    const chat = pipeline(script('hello'), [opening], { name: 'chat', provider: 'openai' })
    const journal = journalOf(chat)
    await chat('hi')
    expect(journal.tick().calls[0]?.marks.map(({ text }) => text)).toStrictEqual([
      'circuit of openai opened for 5.0 s',
      'waited 30 ms at gate',
    ])
    const { now } = journal.second()
    expect(now.moments).toMatchObject([{ type: 'circuit:opened', key: 'openai', times: 1 }])
    expect(now.limits).toStrictEqual({ gate: { waiting: 0, rejected: 0, pausedForMs: 0 } })
    expect(now.targets['openai']?.state).toBe('healthy')
    expect(now.snapshot.routes['chat']?.calls).toBe(1)
  })

  it('counts the requests that are under way at a target, those of calls that are over included', async () => {
    const clock = testClock()
    const deaf = (): Promise<string> =>
      new Promise((resolve) => void clock.after(500, () => resolve('late')))
    const chat = pipeline(script<string>('at once', deaf), [timeout({ timeoutMs: 100 })], {
      name: 'chat',
      clock,
    })
    const journal = journalOf(chat)
    const inFlight = (): number | undefined => journal.second().now.targets['chat']?.inFlight
    await chat('hi')
    expect(inFlight()).toBe(0)
    const asked = chat('hi').catch(() => {})
    await clock.advance(100)
    await asked
    expect(inFlight()).toBe(1)
    await clock.advance(400)
    expect(inFlight()).toBe(0)
  })

  it('what a pipeline inside another one tells of both is one moment, and one rejection', async () => {
    const turnedAway = (ctx: Context<string>, next: () => Promise<string>) => {
      ctx.emit('limit:rejected' as never, { key: 'gate', reason: 'full' } as never)
      ctx.emit('circuit:opened' as never, { key: 'openai', openMs: 5_000 } as never)
      return next()
    }
    const inner = pipeline(script('hello'), [turnedAway], { name: 'inner' })
    const outer = pipeline(inner, [], { name: 'outer' })
    const journal = journalOf(outer)
    journal.hear(inner.events)
    await outer('hi')
    const { now } = journal.second()
    expect(now.moments.map(({ times }) => times)).toStrictEqual([1, 1])
    expect(now.limits['gate']?.rejected).toBe(1)
  })

  it('a caller who left is neither a failure nor a good time', async () => {
    const chat = pipeline(script<string>(hang()), [], { name: 'chat' })
    const journal = journalOf(chat)
    const caller = new AbortController()
    const asked = chat('hi', { signal: caller.signal }).catch(() => {})
    caller.abort(new Error('left'))
    await asked
    expect(journal.tick().calls[0]?.outcome).toBe('aborted')
    expect(journal.second().point.routes['']).toStrictEqual([1, 0, null, null, null, 0])
  })

  it('an attempt that answers after it was called off is told again, and costs what it cost', async () => {
    const clock = testClock()
    const deaf = (): Promise<string> =>
      new Promise((resolve) => void clock.after(500, () => resolve('late')))
    const target = {
      id: 'one',
      provider: 'acme',
      price: { inputPerMillion: 1, outputPerMillion: 1 },
    }
    const chat = pipeline(script<string>(deaf), [fallback([target]), timeout({ timeoutMs: 100 })], {
      name: 'chat',
      clock,
    })
    const journal = journalOf(chat)
    const asked = chat('hi').catch(() => {})
    await clock.advance(100)
    await asked
    expect(journal.tick().calls[0]?.attempts[0]?.outcome).toBe('failed')
    await clock.advance(400)
    expect(journal.tick().changed).toMatchObject([
      { outcome: 'failed', attempts: [{ outcome: 'discarded', wasted: true }] },
    ])
  })
})
