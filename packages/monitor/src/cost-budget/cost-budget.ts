import {
  liveOf,
  place,
  settled,
  systemClock,
  type Clock,
  type Context,
  type Level,
  type Universal,
  type Usage,
} from '@holdfast/core'

import { billedUsage } from '../billing.ts'
import { costAt, type PriceSource } from '../prices.ts'
import { BudgetExhaustedError } from './errors.ts'
import { PERIOD_MS, settingsOf, type CostBudgetOptions } from './options.ts'
import type { Purse } from './purse.ts'
import { Purses } from './purses.ts'

/**
 * Sends nothing that could cost more than is left: reserves the dearest answer, and settles what it really cost.
 * Every attempt is debited, also those that fail after the model has begun. A request that is not sent fails with
 * `BudgetExhaustedError`, after which `fallback` may find a cheaper target and `degrade` an answer for nothing.
 *
 * @example
 * costBudget({ usd: 50, per: 'day', key: (ctx) => tenantOf(ctx.request), prices: genaiPrices() })
 *
 * @throws ConfigurationError for an option that cannot be
 */
export const costBudget = (options: CostBudgetOptions): Universal<'costBudget', Level<'pace'>> => {
  const settings = settingsOf(options)
  const { prices, per, key: keyOf, assumedOutputTokens } = settings
  const purses = new Purses(settings)
  let clock: Clock = systemClock
  const idle = (): boolean => purses.isIdle(clock.now())

  return place({ name: 'costBudget', floor: 'pace', direct: true, idle }, (given, next) => {
    // What flows does not matter here, so that one budget can be shared by pipelines of any type.
    const ctx = given as unknown as Context
    clock = ctx.clock
    const key = keyOf?.(ctx) ?? ''
    const now = ctx.clock.now()
    const purse = purses.of(ctx, key, now)
    const asked = askedFor(ctx, assumedOutputTokens)
    const dearest = priceOf(ctx, asked, undefined, prices)
    if (dearest === undefined) ctx.emit('budget:unpriced', { key })
    const reserved = dearest ?? 0
    if (!purse.reserve(reserved, now)) {
      ctx.emit('budget:exhausted', { key, neededUsd: reserved, leftUsd: purse.leftUsd(now) })
      return Promise.reject(new BudgetExhaustedError(key, purse.waitMs(reserved, now)))
    }

    const settle = (usage: Usage, model: string | undefined): void => {
      const at = ctx.clock.now()
      purse.settle(reserved, priceOf(ctx, usage, model, prices) ?? 0, at)
      if (per !== 'call') tell(ctx, key, purse, at, PERIOD_MS[per])
    }
    const failed = (error: unknown, response?: unknown): void => {
      const seen = liveOf(response)?.seen
      settle(billedOf(ctx, error, asked, seen), seen?.model)
    }
    return next(given).then(
      (response) => {
        const answered = (): void => {
          const { usage, model } = liveOf(response)?.seen ?? readOf(ctx, response)
          // An answer that does not say what it used may have used all that it was allowed.
          settle(usage === undefined || usage.source === 'none' ? asked : usage, model)
        }
        const tail = settled(response)
        if (tail === undefined) answered()
        else tail.then(answered, (error: unknown) => failed(error, response))
        return response
      },
      (error: unknown) => {
        failed(error)
        throw error
      },
    )
  })
}

const tell = (ctx: Context, key: string, purse: Purse, now: number, periodMs: number): void => {
  const { limitUsd } = purse
  ctx.emit('budget:debited', { key, spentUsd: purse.spentUsd(now), limitUsd, periodMs })
}

/** The most that a request can use: its prompt, and the longest answer that it allows. */
const askedFor = ({ dialect, request }: Context, assumedOutputTokens: number): Usage => {
  if (dialect === undefined || !dialect.isRequest(request))
    return { inputTokens: 0, outputTokens: assumedOutputTokens, source: 'estimated' }
  const { inputTokens, maxOutputTokens = assumedOutputTokens } = dialect.needs(request)
  return { inputTokens, outputTokens: maxOutputTokens, source: 'estimated' }
}

const readOf = (
  { dialect }: Context,
  response: unknown,
): { readonly usage?: Usage; readonly model?: string } =>
  dialect === undefined || !dialect.isResponse(response) ? {} : dialect.read(response)

/** What a failed attempt is taken to have used: nothing when it never came to the model. */
const billedOf = (
  ctx: Context,
  error: unknown,
  asked: Usage,
  seen: { readonly usage: Usage; readonly text: string } | undefined,
): Usage => {
  const fault = ctx.classify(error)
  const begun = seen !== undefined
  const written = { ...asked, outputTokens: Math.ceil((seen?.text.length ?? 0) / 4) }
  const usage = begun ? (seen.usage.source === 'none' ? written : seen.usage) : undefined
  const times = begun ? { firstContentAt: 0, endedAt: 1 } : { firstContentAt: 0, endedAt: 0 }
  // Whoever hangs up does not know how long the answer would have been: half of what was allowed is as good a guess as any.
  const expected = { inputTokens: asked.inputTokens, outputTokens: asked.outputTokens / 2 }
  return billedUsage({ fault, usage, provider: ctx.provider, ...times }, undefined, expected)
}

const priceOf = (
  { target, provider, model, clock }: Context,
  usage: Usage,
  served: string | undefined,
  prices: PriceSource | undefined,
): number | undefined => {
  if (usage.inputTokens === 0 && usage.outputTokens === 0) return 0
  if (target.price !== undefined) return costAt(usage, target.price)
  const wallMs = clock.wall()
  const exact =
    served === undefined ? undefined : prices?.costOf(usage, { provider, model: served, wallMs })
  return exact ?? prices?.costOf(usage, { provider, model, wallMs })
}
