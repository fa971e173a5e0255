import type { Behaviour, ProviderName, Scenario } from '../scenario.ts'
import { keyOf } from './answer.ts'
import { promptOf, type ChatBody } from './bodies.ts'
import { Bucket, type Limit } from './bucket.ts'
import { dice, type Roll } from './dice.ts'
import { ANSWER, type Fate } from './fate.ts'
import { limitHeaders } from './limit-headers.ts'
import { Queue } from './queue.ts'
import {
  rejection,
  silence,
  streamed,
  timesOf,
  TOKENS,
  whole,
  type Order,
  type Reply,
} from './reply.ts'

/** One request that reached a provider. */
export interface Attempt {
  readonly provider: ProviderName
  readonly key: string
  /** 1 for the first one of this key at this provider. */
  readonly n: number
  readonly atMs: number
  readonly toTheDead: boolean
  readonly status: number
  /** In units of one prompt token; an output token costs four. */
  cost: number
}

export interface Exchange {
  readonly reply: Reply
  readonly attempt: Attempt
}

/** What the clairvoyant sees. */
export interface Foreseen {
  readonly fate: Fate
  readonly durationMs: number
}

/** The fallback is healthy, but it is the second choice for a reason. */
const FALLBACK_SLOWNESS = 1.25

export const OUTPUT_PRICE = 4
/** What the one necessary answer costs. */
export const ANSWER_COST: number = TOKENS.prompt + OUTPUT_PRICE * TOKENS.output

/** The providers of one run: what becomes of each attempt, and the books. It knows no sockets and no timers. */
export class Engine {
  readonly scenario: Scenario
  readonly log: Attempt[] = []
  readonly #seed: number
  readonly #counts = new Map<string, number>()
  readonly #buckets = { primary: new Bucket(), fallback: new Bucket() }
  readonly #queues = { primary: new Queue(), fallback: new Queue() }

  constructor(scenario: Scenario, seed: number) {
    this.scenario = scenario
    this.#seed = seed
  }

  /** A request arrives at a provider. */
  handle(provider: ProviderName, body: ChatBody, atMs: number): Exchange {
    if ((body.stream === true) !== (this.scenario.stream === true))
      throw new Error(
        `${this.scenario.id} asks for ${this.scenario.stream ? 'streams' : 'whole answers'}`,
      )
    const key = keyOf(promptOf(body))
    const n = this.passOver(provider, key)
    const behaviour = this.#behaviour(provider)
    const toTheDead = (behaviour.dead ?? []).some(
      ([from, to]) => atMs >= from * 1_000 && atMs < to * 1_000,
    )
    const reply = this.#reply(provider, key, n, body, atMs)
    const streams = body.stream === true
    const cost = reply.status !== 200 ? 0 : streams ? TOKENS.prompt : ANSWER_COST
    const attempt = { provider, key, n, atMs, toTheDead, status: reply.status, cost }
    this.log.push(attempt)
    return { reply, attempt }
  }

  /** Counts an attempt that a clairvoyant does not make; the number of the attempt that would be made now. */
  passOver(provider: ProviderName, key: string): number {
    const counter = `${provider} ${key}`
    const n = (this.#counts.get(counter) ?? 0) + 1
    this.#counts.set(counter, n)
    return n
  }

  /** What the next attempt but `ahead` would come to, and how long the answer would take: for the clairvoyant. */
  foresee(provider: ProviderName, key: string, ahead: number, atMs: number): Foreseen {
    const n = (this.#counts.get(`${provider} ${key}`) ?? 0) + 1 + ahead
    const fate = this.#fate(provider, key, n, atMs)
    const roll = this.#roll(provider, key, n)
    const [, durationMs] = timesOf({
      fate,
      roll,
      slowness: this.#slowness(provider, atMs),
      waitMs: this.#queues[provider].wait(atMs),
    })
    return { fate, durationMs }
  }

  /** How long until the provider could take a request, by its limit and its capacity: for the clairvoyant. */
  readyInMs(provider: ProviderName, atMs: number): number {
    const limit = this.#limit(provider, atMs)
    const wait = this.#queues[provider].wait(atMs)
    if (limit === undefined) return wait
    const missing = 1 - this.#buckets[provider].level(limit, atMs)
    return Math.max(wait, (missing / limit.perSecond) * 1_000)
  }

  #behaviour(provider: ProviderName): Behaviour {
    const behaviour = this.scenario.providers[provider]
    if (behaviour === undefined) throw new Error(`${this.scenario.id} has no ${provider}`)
    return behaviour
  }

  #slowness(provider: ProviderName, atMs: number): number {
    const factor = this.#behaviour(provider).slowness?.(atMs / 1_000) ?? 1
    return provider === 'fallback' ? factor * FALLBACK_SLOWNESS : factor
  }

  #limit(provider: ProviderName, atMs: number): Limit | undefined {
    const limit = this.#behaviour(provider).limit?.(atMs / 1_000)
    const { rejectCost } = this.scenario
    return limit && rejectCost !== undefined ? { ...limit, rejectCost } : limit
  }

  #roll(provider: ProviderName, key: string, n: number): Roll {
    return (question) => dice(this.#seed, this.scenario.id, provider, key, n, question)
  }

  #fate(provider: ProviderName, key: string, n: number, atMs: number): Fate {
    const roll = this.#roll(provider, key, n)
    return this.#behaviour(provider).fate?.(atMs / 1_000, roll) ?? ANSWER
  }

  #reply(provider: ProviderName, key: string, n: number, body: ChatBody, atMs: number): Reply {
    const behaviour = this.#behaviour(provider)
    const roll = this.#roll(provider, key, n)
    const fate = this.#fate(provider, key, n, atMs)
    if (fate.kind === 'hang') return silence()
    if (fate.kind === 'reject') return rejection(fate.status, fate.code, roll)

    let headers: Record<string, string> = {}
    const limit = this.#limit(provider, atMs)
    if (limit !== undefined) {
      const verdict = this.#buckets[provider].take(limit, atMs)
      if (this.scenario.limitHeaders !== false) headers = limitHeaders(limit, verdict)
      if (!verdict.admitted)
        return rejection(429, 'rate_limit_exceeded', roll, { ...headers, 'retry-after': '1' })
    }
    const capacity = behaviour.capacity?.(atMs / 1_000) ?? Infinity
    const order: Order = {
      key,
      variant: `${provider} ${n}`,
      fate,
      roll,
      slowness: this.#slowness(provider, atMs),
      waitMs: this.#queues[provider].enter(capacity, atMs),
      stream: body.stream === true,
      reportUsage: body.stream_options?.include_usage === true,
      headers,
    }
    return order.stream ? streamed(order) : whole(order)
  }
}
