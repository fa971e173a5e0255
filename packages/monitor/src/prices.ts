import type { Price, Usage } from '@holdfast/core'

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
  return {
    costOf(usage, at) {
      const { provider, model = '' } = at
      const price = prices.get(`${provider}/${model}`) ?? prices.get(model)
      return price === undefined ? otherwise?.costOf(usage, at) : costAt(usage, price)
    },
  }
}
