import { pipeline, timeout, type Dialect, type Provider } from '@holdfast/core'
import { fail, hang, httpError, recordEvents, script, testClock } from '@holdfast/testing'
import { policyContract } from '@holdfast/testing/contract'
import { expect, test } from 'vitest'

import { degrade, fallback } from '../../../fallback/src/index.ts'
import { retry } from '../../../retry/src/index.ts'
import { priceTable } from '../prices.ts'
import { costBudget } from './cost-budget.ts'
import { BudgetExhaustedError } from './errors.ts'

policyContract('costBudget', () => costBudget({ usd: 1_000, per: 'day' }))

interface Ask {
  readonly prompt: string
  readonly max?: number
  readonly tenant?: string
}
const dialect = {
  name: 'test',
  isRequest: () => true,
  isResponse: (response: unknown) => typeof response === 'object',
  read: ({ out }: { out: number }) => ({
    text: '',
    finish: 'stop',
    tools: [],
    usage: { inputTokens: 0, outputTokens: out, source: 'reported' },
  }),
  needs: ({ max }: Ask) => ({ inputTokens: 0, ...(max !== undefined && { maxOutputTokens: max }) }),
  modelOf: () => undefined,
} as unknown as Dialect

/** A dollar for a thousand tokens. */
const dollar = { inputPerMillion: 1_000, outputPerMillion: 1_000 }
const prices = priceTable({ small: dollar, large: { ...dollar, outputPerMillion: 10_000 } })
const small = { name: 'chat', provider: 'acme', model: 'small' }

const always =
  (out: number): Provider<Ask, { out: number }> =>
  async () => ({ out })

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )
const rejected = async (call: Promise<unknown>): Promise<BudgetExhaustedError> => {
  const error = await caught(call)
  if (!BudgetExhaustedError.is(error))
    throw new Error(`not a BudgetExhaustedError: ${String(error)}`)
  return error
}

test('R-61 it reserves the dearest answer, settles the real one, and sends nothing beyond', async () => {
  const clock = testClock(500)
  const provider = script<Ask, { out: number }>({ out: 400 }, { out: 400 }, { out: 1 })
  const budget = costBudget({ usd: 1, per: 'minute', prices })
  const chat = pipeline(provider, [budget], { ...small, clock, dialect })
  await chat({ prompt: '', max: 900 })
  const error = await rejected(chat({ prompt: '', max: 900 }))
  expect(error).toMatchObject({
    code: 'HOLDFAST_BUDGET_EXHAUSTED',
    fault: { kind: 'budget-exhausted' },
  })
  expect(error.fault.retryAfterMs).toBe(59_500)
  expect(error).not.toHaveProperty('status')
  await chat({ prompt: '', max: 600 })
  expect(provider.calls).toHaveLength(2)
  await clock.advance(60_000)
  await chat({ prompt: '', max: 900 })
  expect(provider.calls).toHaveLength(3)
})

test('R-61 concurrent calls cannot spend the same money', async () => {
  const clock = testClock()
  const provider = script<Ask, { out: number }>(hang(), hang())
  const chat = pipeline(provider, [costBudget({ usd: 1, per: 'day', prices })], {
    ...small,
    clock,
    dialect,
  })
  void chat({ prompt: '', max: 700 }).catch(() => {})
  await rejected(chat({ prompt: '', max: 700 }))
  expect(provider.calls).toHaveLength(1)
})

test('R-60 an attempt that was turned away gives its money back', async () => {
  const clock = testClock()
  const provider = script<Ask, { out: number }>(fail(httpError(429)), { out: 900 })
  const chat = pipeline(provider, [costBudget({ usd: 1, per: 'day', prices })], {
    ...small,
    clock,
    dialect,
  })
  expect(await caught(chat({ prompt: '', max: 900 }))).toMatchObject({ status: 429 })
  await expect(chat({ prompt: '', max: 900 })).resolves.toStrictEqual({ out: 900 })
})

test('R-61 an attempt that was given up is debited: half of what it was allowed', async () => {
  const clock = testClock()
  const provider = script<Ask, { out: number }>(hang(), { out: 1 })
  const chat = pipeline(
    provider,
    [costBudget({ usd: 1, per: 'day', prices }), timeout({ timeoutMs: 100 })],
    { ...small, clock, dialect },
  )
  const first = caught(chat({ prompt: '', max: 800 }))
  await clock.advance(100)
  expect(await first).toMatchObject({ code: 'HOLDFAST_TIMEOUT' })
  await rejected(chat({ prompt: '', max: 601 }))
  await expect(chat({ prompt: '', max: 600 })).resolves.toStrictEqual({ out: 1 })
})

test('the budget of one call is for all its attempts', async () => {
  const clock = testClock()
  const bad = { out: 600 }
  const provider = script<Ask, { out: number }>(bad, bad, bad)
  const picky = async (_ctx: unknown, next: (over: object) => Promise<{ out: number }>) => {
    await next({ attempt: 1 })
    return next({ attempt: 2 })
  }
  const chat = pipeline(provider, [picky, costBudget({ usd: 1, per: 'call', prices })], {
    ...small,
    clock,
    dialect,
  })
  await rejected(chat({ prompt: '', max: 600 }))
  expect(provider.calls).toHaveLength(1)
  await rejected(chat({ prompt: '', max: 600 }))
  expect(provider.calls).toHaveLength(2)
})

test('each key has a purse of its own', async () => {
  const clock = testClock()
  const provider = script<Ask, { out: number }>({ out: 900 }, { out: 900 })
  const key = (ctx: { readonly request: unknown }): string => (ctx.request as Ask).tenant ?? ''
  const chat = pipeline(provider, [costBudget({ usd: 1, per: 'day', key, prices })], {
    ...small,
    clock,
    dialect,
  })
  await chat({ prompt: '', max: 900, tenant: 'a' })
  await chat({ prompt: '', max: 900, tenant: 'b' })
  const error = await rejected(chat({ prompt: '', max: 900, tenant: 'a' }))
  expect(error.message).toContain("'a'")
})

test('a flood of new keys does not give an old one its money back', async () => {
  const clock = testClock()
  const key = (ctx: { readonly request: unknown }): string => (ctx.request as Ask).tenant ?? ''
  const budget = costBudget({ usd: 1, per: 'day', key, prices, maxKeys: 5 })
  const chat = pipeline(always(900), [budget], { ...small, clock, dialect })
  const idle = pipeline(always(0), [budget], { ...small, clock, dialect })
  await chat({ prompt: '', max: 900, tenant: 'spender' })
  for (let n = 0; n < 50; n++) await idle({ prompt: '', max: 1, tenant: `new-${n}` })
  const error = await rejected(chat({ prompt: '', max: 900, tenant: 'spender' }))
  expect(error.key).toBe('spender')
})

test('nor does a flood of keys that spend a little', async () => {
  const clock = testClock()
  const key = (ctx: { readonly request: unknown }): string => (ctx.request as Ask).tenant ?? ''
  const budget = costBudget({ usd: 1, per: 'day', key, prices, maxKeys: 5 })
  const chat = pipeline(always(900), [budget], { ...small, clock, dialect })
  const flood = pipeline(always(1), [budget], { ...small, clock, dialect })
  await chat({ prompt: '', max: 900, tenant: 'spender' })
  for (let n = 0; n < 50; n++) await flood({ prompt: '', max: 1, tenant: `new-${n}` })
  const error = await rejected(chat({ prompt: '', max: 900, tenant: 'spender' }))
  expect(error.key).toBe('spender')
})

test('fallback finds a cheaper target, and degrade an answer for nothing', async () => {
  const clock = testClock()
  const targets = [
    { id: 'large', provider: 'acme', model: 'large' },
    { id: 'small', provider: 'acme', model: 'small' },
  ]
  const provider = script<Ask, { out: number }>({ out: 500 })
  const chat = pipeline(
    provider,
    [
      degrade<Ask, { out: number }>(() => ({ out: 0 })),
      fallback(targets),
      retry(),
      costBudget({ usd: 1, per: 'minute', prices }),
    ],
    { name: 'chat', clock, dialect },
  )
  await expect(chat({ prompt: '', max: 500 })).resolves.toStrictEqual({ out: 500 })
  expect(provider.calls.map(({ target }) => target)).toStrictEqual(['small'])
  await expect(chat({ prompt: '', max: 600 })).resolves.toStrictEqual({ out: 0 })
})

test('unknown rather than wrong: what has no price is sent, not counted, and said', async () => {
  const clock = testClock()
  const chat = pipeline(always(5_000), [costBudget({ usd: 1, per: 'day', prices })], {
    ...small,
    model: 'strange',
    clock,
    dialect,
  })
  const events = recordEvents(chat)
  await chat({ prompt: '', max: 5_000 })
  await chat({ prompt: '', max: 5_000 })
  expect(events.map(({ type }) => type)).toContain('budget:unpriced')
})

test('its events tell what is left, and why nothing was sent', async () => {
  const clock = testClock()
  const chat = pipeline(always(600), [costBudget({ usd: 1, per: 'day', prices })], {
    ...small,
    clock,
    dialect,
  })
  const events = recordEvents(chat)
  await chat({ prompt: '', max: 600 })
  await rejected(chat({ prompt: '', max: 600 }))
  expect(events.find(({ type }) => type === 'budget:debited')).toMatchObject({
    key: '',
    spentUsd: 0.6,
    limitUsd: 1,
    periodMs: 86_400_000,
  })
  expect(events.find(({ type }) => type === 'budget:exhausted')).toMatchObject({
    neededUsd: 0.6,
    leftUsd: 0.4,
  })
})

test('options that cannot be are refused with a sentence', () => {
  expect(() => costBudget({ usd: -1, per: 'day' })).toThrow('costBudget: usd must be')
  expect(() => costBudget({ usd: 1, per: 'week' as never })).toThrow('costBudget: per must be')
})
