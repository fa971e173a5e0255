import { calcPrice } from '@pydantic/genai-prices'

import { ByModel } from './by-model.ts'
import { costAt, type ModelPrice, type PriceSource } from './prices.ts'

/** How the catalogue of prices is asked. */
export interface GenaiPricesOptions {
  /** What your pipelines call a provider, and what the catalogue calls it: `{ 'openai-eu': 'openai' }`. */
  readonly providers?: Readonly<Record<string, string>>
}

/** The catalogue's prices may change at midnight: what was looked up holds for a day. */
const DAY_MS = 86_400_000
/** Only a caller who invents model names has more. */
const MAX_MODELS = 1_000

type Known = ModelPrice | 'tiered' | 'unknown'

const amount = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

/** The unit prices of a model; a look-up takes 10 µs, the arithmetic 20 ns. */
const lookUp = (providerId: string, model: string): Known => {
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId })
  if (found === null) return 'unknown'
  const { input_mtok, output_mtok, cache_read_mtok } = found.model_price
  const inputPerMillion = amount(input_mtok)
  const outputPerMillion = amount(output_mtok)
  if (inputPerMillion === undefined || outputPerMillion === undefined) return 'tiered'
  const cached = amount(cache_read_mtok)
  if (cache_read_mtok !== undefined && cached === undefined) return 'tiered'
  return {
    inputPerMillion,
    outputPerMillion,
    ...(cached !== undefined && { cachedInputPerMillion: cached }),
  }
}

/**
 * The prices of some 1,000 models, from `@pydantic/genai-prices` (data bundled, no request is made).
 * A provider that the catalogue does not know is unknown: the same model may cost otherwise elsewhere.
 */
export const genaiPrices = ({ providers = {} }: GenaiPricesOptions = {}): PriceSource => {
  const names = new Map(Object.entries(providers))
  let known = new ByModel<Known>()
  let day = Number.NaN

  const priceOf = (providerId: string, model: string, wallMs: number): Known => {
    const today = Math.floor(wallMs / DAY_MS)
    if (today !== day || known.size >= MAX_MODELS) known = new ByModel()
    day = today
    let price = known.get(providerId, model)
    if (price === undefined) known.set(providerId, model, (price = lookUp(providerId, model)))
    return price
  }

  return {
    costOf(usage, { provider, model, wallMs }) {
      if (model === undefined) return undefined
      const providerId = names.get(provider) ?? provider
      const price = priceOf(providerId, model, wallMs)
      if (price === 'unknown') return undefined
      if (price !== 'tiered') return costAt(usage, price)
      const tokens = {
        input_tokens: usage.inputTokens,
        output_tokens: usage.outputTokens,
        cache_read_tokens: usage.cachedInputTokens ?? 0,
      }
      return calcPrice(tokens, model, { providerId })?.total_price
    },
  }
}
