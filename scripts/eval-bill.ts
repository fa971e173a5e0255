/**
 * Does the ledger agree with the bill? Drives pipelines against fault servers, which keep books of all that they
 * generate, and compares what the monitor counted with what the servers would bill.
 *
 *     pnpm eval:bill [--json]
 */
import { setTimeout as sleep } from 'node:timers/promises'

import { pipeline, timeout, type Context, type Handler } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'

import { startFaultServer, type FaultServer, type Scenario } from '../packages/chaos/src/index.ts'
import { circuitBreaker } from '../packages/circuit-breaker/src/index.ts'
import { fallback } from '../packages/fallback/src/index.ts'
import { hedge } from '../packages/hedge/src/index.ts'
import { monitor, priceTable } from '../packages/monitor/src/index.ts'
import { openAIChat, type ChatRequest } from '../packages/providers/src/index.ts'
import { retry } from '../packages/retry/src/index.ts'
import { notEmpty, notRefused, notTruncated } from '../packages/validators/src/index.ts'

/** US dollars per million tokens: ten times apart, so that a hop priced at the wrong model shows. */
const PRICES = {
  'bill-small': { inputPerMillion: 0.5, outputPerMillion: 2 },
  'bill-large': { inputPerMillion: 5, outputPerMillion: 20 },
}
type Model = keyof typeof PRICES
const MODELS = Object.keys(PRICES) as Model[]
/** What the issue allows: where usage is reported, and where it must be guessed. */
const LIMITS = { reported: 0.01, estimated: 0.15 }

type Ask = ChatRequest & { readonly model: Model; readonly stream?: boolean }
type Open = (request: Ask, ctx: Context<Ask>) => Promise<Response>

/** Answers of 150 to 450 tokens, by the prompt; the same prompt is answered alike. */
const answer = ({ prompt }: { readonly prompt: string }): string =>
  'Well. '.repeat(100 + ((prompt.length * 37) % 200))

/** A provider that posts to the server of its target's model; an error status is thrown as an SDK does. */
const poster =
  (servers: Readonly<Record<Model, FaultServer>>): Open =>
  async (request, { model = request.model, signal }) => {
    const response = await fetch(`${servers[model as Model].url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer test' },
      body: JSON.stringify({ ...request, model }),
      signal,
    })
    if (response.ok) return response
    const { status, headers } = response
    const error: unknown = await response.json().catch(() => undefined)
    throw Object.assign(new Error(`${status} status code`), { status, headers, error })
  }

/** The parsed data of a stream of server-sent events. */
async function* events(response: Response): AsyncGenerator {
  let rest = ''
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines)
      if (line.startsWith('data: {')) yield JSON.parse(line.slice('data: '.length))
  }
}

const targets = MODELS.map((model) => ({ id: model, provider: 'chaos', model }))

type Chat = Handler<Ask, unknown>
interface Case {
  readonly name: string
  /** What a server goes through; the large model is healthy where nothing is said of it. */
  readonly small: Scenario
  readonly large?: Scenario
  readonly stream?: boolean
  /** Is the end of some attempts seen by nobody? */
  readonly estimated?: boolean
  readonly build: (open: Open) => Chat
  /** Makes one call, and may leave it. */
  readonly call?: (chat: Chat, request: Ask) => Promise<unknown>
}

const options = { name: 'bill', provider: 'chaos', dialect: openAIChat as never }
const quick = { baseDelayMs: 5, maxDelayMs: 20 }
const whole =
  (open: Open) =>
  async (request: Ask, ctx: Context<Ask>): Promise<unknown> =>
    (await open(request, ctx)).json()
const streamed = (open: Open) =>
  streaming(async (request: Ask, ctx: Context<Ask>) => events(await open(request, ctx)))
const drain = async (response: unknown): Promise<void> => {
  for await (const _ of response as AsyncIterable<unknown>);
}

const scenario = (name: string, faults: Scenario['phases'][0]['faults'] = []): Scenario => ({
  name,
  seed: 7,
  latencyMs: 5,
  phases: [{ faults }],
})

const CASES: readonly Case[] = [
  {
    name: 'healthy',
    small: scenario('healthy'),
    build: (open) => pipeline(whole(open), [retry(quick)], options),
  },
  {
    name: 'rate limits and outages, with retry and fallback',
    small: scenario('storm', [
      { fault: 'rate-limited', probability: 0.3, retryAfterMs: 5 },
      { fault: 'unavailable', probability: 0.2 },
      { fault: 'reset', at: 'headers', probability: 0.1 },
    ]),
    large: scenario('overloaded', [{ fault: 'overloaded', probability: 0.2 }]),
    build: (open) =>
      pipeline(whole(open), [fallback(targets), retry(quick), circuitBreaker()], options),
  },
  {
    name: 'bad answers, asked for again',
    small: scenario('bad', [
      { fault: 'refusal', probability: 0.1 },
      { fault: 'truncated', probability: 0.2 },
      { fault: 'empty', probability: 0.1 },
    ]),
    build: (open) =>
      pipeline(
        whole(open),
        [fallback(targets), retry(quick), notEmpty(), notTruncated(), notRefused()],
        options,
      ),
  },
  {
    name: 'streams that report',
    small: scenario('streams', [{ fault: 'unavailable', probability: 0.2 }]),
    stream: true,
    build: (open) => pipeline(streamed(open), [fallback(targets), retry(quick)], options),
    call: async (chat, request) => drain(await chat(request)),
  },
  {
    name: 'whole answers that time out',
    small: scenario('slow', [{ fault: 'slow', delayMs: 400, probability: 0.3 }]),
    estimated: true,
    build: (open) =>
      pipeline(whole(open), [fallback(targets), timeout({ timeoutMs: 150 })], options),
  },
  {
    name: 'callers that leave',
    small: scenario('leaving', [{ fault: 'slow', delayMs: 300, probability: 0.3 }]),
    estimated: true,
    build: (open) => pipeline(whole(open), [], options),
    call: (chat, request) => {
      const leaving = new AbortController()
      setTimeout(() => leaving.abort(), 120)
      return chat(request, { signal: leaving.signal })
    },
  },
  {
    name: 'whole answers that are cut',
    small: scenario('cut', [{ fault: 'cut', probability: 0.3 }]),
    estimated: true,
    build: (open) => pipeline(whole(open), [retry(quick)], options),
  },
  {
    name: 'streams that are cut',
    small: scenario('cut', [{ fault: 'cut', probability: 0.4 }]),
    stream: true,
    estimated: true,
    build: (open) => pipeline(streamed(open), [retry(quick)], options),
    call: async (chat, request) => drain(await chat(request)),
  },
  {
    name: 'readers that stop half-way',
    // As fast as a quick model writes: what was on its way when the reader left is billed, and seen by nobody.
    small: { ...scenario('half'), tokensPerSecond: 200 },
    stream: true,
    estimated: true,
    build: (open) => pipeline(streamed(open), [], options),
    call: async (chat, request) => {
      let chunks = 0
      for await (const _ of (await chat(request)) as AsyncIterable<unknown>)
        if (++chunks > 100) break
    },
  },
  {
    name: 'hedges',
    small: scenario('hedged', [{ fault: 'slow', delayMs: 200, probability: 0.2 }]),
    estimated: true,
    build: (open) => pipeline(whole(open), [hedge({ afterMs: 60, ratio: 1 })], options),
  },
]

interface Result {
  readonly name: string
  readonly calls: number
  readonly ledgerUsd: number
  readonly billedUsd: number
  readonly relativeError: number
  /** The part of the ledger's sum that it says is a guess. */
  readonly estimatedShare: number
  readonly wastedUsd: number
  readonly limit: number
  readonly ok: boolean
}

/** What a server generated, at the price of its model. */
const billOf = (server: FaultServer): number =>
  server.log.reduce((sum, { model, inputTokens, outputTokens }) => {
    const { inputPerMillion, outputPerMillion } = PRICES[model as Model]
    return sum + (inputTokens * inputPerMillion + outputTokens * outputPerMillion) / 1_000_000
  }, 0)

const CALLS = 120
const AT_ONCE = 8

const run = async (one: Case): Promise<Result> => {
  await using small = await startFaultServer(one.small, { answer })
  await using large = await startFaultServer(one.large ?? scenario('healthy'), { answer })
  const watch = monitor({ prices: priceTable(PRICES), maxCalls: CALLS })
  const chat = one.build(poster({ 'bill-small': small, 'bill-large': large }))
  watch.watch(chat)
  const call = one.call ?? ((handler: Chat, request: Ask) => handler(request))
  const next = async (first: number): Promise<void> => {
    for (let n = first; n < CALLS; n += AT_ONCE) {
      const content = `Question ${n}: ${'how and why? '.repeat(20 + (n % 30))}`
      const request: Ask = {
        model: 'bill-small',
        messages: [{ role: 'user', content }],
        ...(one.stream && { stream: true, stream_options: { include_usage: true } }),
      }
      await call(chat, request).catch(() => {})
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => next(first)))
  // What was left is written to its end, on both sides.
  await sleep(500)
  const { costUsd, estimatedUsd, wastedUsd } = watch.snapshot().overall
  const billedUsd = billOf(small) + billOf(large)
  const relativeError = Math.abs(costUsd - billedUsd) / billedUsd
  const limit = one.estimated ? LIMITS.estimated : LIMITS.reported
  const estimatedShare = estimatedUsd / costUsd
  // A guess that is not flagged as one would be a lie, and a flag without a guess an alarm for nothing.
  const flagged = estimatedShare > 0 === (one.estimated ?? false)
  return {
    name: one.name,
    calls: CALLS,
    ledgerUsd: costUsd,
    billedUsd,
    relativeError,
    estimatedShare,
    wastedUsd,
    limit,
    ok: relativeError <= limit && flagged,
  }
}

const scenarios: Result[] = []
for (const one of CASES) scenarios.push(await run(one))

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
if (process.argv.includes('--json')) console.log(JSON.stringify({ scenarios }, null, 2))
else
  for (const { name, ledgerUsd, billedUsd, relativeError, estimatedShare, limit, ok } of scenarios)
    console.log(
      `${ok ? 'ok  ' : 'FAIL'} ${name}: ledger $${ledgerUsd.toFixed(6)}, billed $${billedUsd.toFixed(6)}, ` +
        `off by ${percent(relativeError)} (at most ${percent(limit)}), ${percent(estimatedShare)} estimated`,
    )
process.exitCode = scenarios.every(({ ok }) => ok) ? 0 : 1
