import type { Price, Usage } from '@holdfast/core'

import { ByModel } from './by-model.ts'

/** Which attempt is to be priced. */
export interface PricedAt {
  readonly provider: string
  /** The model that answered, else the one that was asked for. */
  readonly model: string | undefined
  /** Milliseconds since 1970: prices change. */
  readonly wallMs: number
}

/** Knows what tokens cost. Better no answer than a wrong one. */
export interface PriceSource {
  /** US dollars; undefined when it does not know the price. */
  costOf(usage: Usage, at: PricedAt): number | undefined
}

/** What a model costs, in US dollars per million tokens. */
export interface ModelPrice extends Price {
  /** @default `inputPerMillion` */
  readonly cachedInputPerMillion?: number
}

/** What so many tokens cost at this price. */
export const costAt = (usage: Usage, price: ModelPrice): number => {
  const cached = usage.cachedInputTokens ?? 0
  const { inputPerMillion, outputPerMillion, cachedInputPerMillion = inputPerMillion } = price
  return (
    ((usage.inputTokens - cached) * inputPerMillion +
      cached * cachedInputPerMillion +
      usage.outputTokens * outputPerMillion) /
    1_000_000
  )
}

/**
 * Prices of your own, by `provider/model` or by model alone; what it does not know is asked of `otherwise`.
 *
 * @example
 * monitor({ prices: priceTable({ 'acme/large': { inputPerMillion: 2, outputPerMillion: 8 } }, genaiPrices()) })
 */
export const priceTable = (
  table: Readonly<Record<string, ModelPrice>>,
  otherwise?: PriceSource,
): PriceSource => {
  const prices = new Map(Object.entries(table))
  const found = new ByModel<ModelPrice>()
  return {
    costOf(usage, at) {
      const { provider, model = '' } = at
      let price = found.get(provider, model)
      if (price === undefined) {
        price = prices.get(`${provider}/${model}`) ?? prices.get(model)
        // Only what is in the table is remembered: a caller may invent names of models.
        if (price === undefined) return otherwise?.costOf(usage, at)
        found.set(provider, model, price)
      }
      return costAt(usage, price)
    },
  }
}
