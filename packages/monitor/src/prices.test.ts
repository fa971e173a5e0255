import { expect, test } from 'vitest'

import { genaiPrices } from './genai-prices.ts'
import { priceTable } from './prices.ts'

const usage = { inputTokens: 1_000, outputTokens: 100, source: 'reported' } as const
const at = (provider: string, model: string | undefined) => ({
  provider,
  model,
  wallMs: 1_700_000_000_000,
})

test('a table prices by provider and model, then by model, then asks on', () => {
  const prices = priceTable(
    {
      'acme/large': { inputPerMillion: 2, outputPerMillion: 10 },
      large: { inputPerMillion: 1, outputPerMillion: 1 },
    },
    { costOf: () => 42 },
  )
  expect(prices.costOf(usage, at('acme', 'large'))).toBeCloseTo(0.003, 12)
  expect(prices.costOf(usage, at('other', 'large'))).toBeCloseTo(0.0011, 12)
  expect(prices.costOf(usage, at('other', 'small'))).toBe(42)
})

test('cached tokens have a price of their own where one is known', () => {
  const cached = { ...usage, cachedInputTokens: 400 }
  const price = { inputPerMillion: 1, outputPerMillion: 0 }
  const table = priceTable({ a: price, b: { ...price, cachedInputPerMillion: 0.1 } })
  expect(table.costOf(cached, at('p', 'a'))).toBeCloseTo(0.001, 12)
  expect(table.costOf(cached, at('p', 'b'))).toBeCloseTo(0.000_64, 12)
})

test('the catalogue knows what models of the great providers cost', () => {
  const prices = genaiPrices()
  expect(prices.costOf(usage, at('openai', 'gpt-4o-2024-08-06'))).toBeCloseTo(0.0035, 12)
  const cached = { ...usage, cachedInputTokens: 1_000 }
  expect(prices.costOf(cached, at('openai', 'gpt-4o-2024-08-06'))).toBeCloseTo(0.002_25, 12)
  expect(prices.costOf(usage, at('openai', 'gpt-4o-2024-08-06'))).toBeCloseTo(0.0035, 12)
})

test('unknown rather than wrong: neither an unknown model nor an unknown provider gets a price', () => {
  const prices = genaiPrices()
  expect(prices.costOf(usage, at('openai', 'gpt-of-next-year-9'))).toBeUndefined()
  expect(prices.costOf(usage, at('my-gateway', 'gpt-4o'))).toBeUndefined()
  expect(prices.costOf(usage, at('openai', undefined))).toBeUndefined()
})

test('a provider of another name is told to the catalogue', () => {
  const prices = genaiPrices({ providers: { 'my-gateway': 'openai' } })
  expect(prices.costOf(usage, at('my-gateway', 'gpt-4o-2024-08-06'))).toBeCloseTo(0.0035, 12)
})

test('a price in tiers is asked for anew each time', () => {
  const prices = genaiPrices()
  const long = { ...usage, inputTokens: 500_000 }
  const short = prices.costOf(usage, at('google', 'gemini-2.5-pro'))! / 1_000
  expect(short).toBeGreaterThan(0)
  // Beyond 200,000 tokens of prompt the price per token is higher.
  expect(prices.costOf(long, at('google', 'gemini-2.5-pro'))! / 500_000).toBeGreaterThan(1.2e-6)
})
