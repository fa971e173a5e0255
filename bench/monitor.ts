import { circuitBreaker } from '@holdfast/circuit-breaker'
/**
 * What watching costs: microseconds per call on the way of success, and megabytes for a day.
 *
 *     pnpm bench:monitor [--json] [--quick]    quick: an hour instead of a day
 */
import { Events, pipeline, timeout, type Clock, type Context } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { monitor, priceTable, type Monitor } from '@holdfast/monitor'
import { openAIChat } from '@holdfast/providers'
import { retry } from '@holdfast/retry'

/** Short rounds, and many: on a busy machine some of them are left alone. */
const CALLS = 10_000
const ROUNDS = 60
const DAY_S = 86_400
const CALLS_PER_S = 100
/** What the issue allows. */
const GOAL = { addedUs: 1.5, megabytes: 20 }

const request = { model: 'gpt-5', messages: [{ role: 'user', content: 'hi' }] }
const answer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-5',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi' } }],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
}
const prices = priceTable({ 'gpt-5': { inputPerMillion: 1.25, outputPerMillion: 10 } })
const targets = [
  { id: 'first', provider: 'openai', model: 'gpt-5' },
  { id: 'second', provider: 'openai', model: 'gpt-5-mini' },
]
// A fresh object for each answer, as from a wire: what is read of one is remembered by the object.
const provider = async (_request: typeof request, _ctx: Context<typeof request>) => ({ ...answer })

const stack = (more: { readonly clock?: Clock; readonly events?: Events } = {}) =>
  pipeline(
    provider,
    [fallback(targets), retry(), circuitBreaker(), timeout({ timeoutMs: 15_000 })],
    { name: 'chat', provider: 'openai', dialect: openAIChat, ...more },
  )

const timed = async (chat: ReturnType<typeof stack>): Promise<number> => {
  // Of this thread alone: the clock on the wall would count what others do on the machine.
  const start = process.threadCpuUsage()
  for (let n = 0; n < CALLS; n++) await chat(request)
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / CALLS
}

/** Microseconds per call, contenders in turn; the best round of each, for others on the machine only ever add. */
const overhead = async (): Promise<Record<string, number>> => {
  const bare = stack()
  const heard = stack()
  heard.events.on('call:succeeded', () => {})
  const watched = stack()
  monitor({ prices }).watch(watched)
  const best: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, chat] of Object.entries({ bare, heard, watched }))
      best[name] = Math.min(best[name] ?? Infinity, await timed(chat))
  return best
}

/** A clock that the simulation turns; its timers are the alerts' own. */
const virtualClock = (): Clock & { turn(ms: number): void } => {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  return {
    now: () => now,
    wall: () => 1_700_000_000_000 + now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    turn(ms) {
      now += ms
      for (const timer of timers)
        if (timer.at <= now) {
          timers.delete(timer)
          timer.run()
        }
    },
  }
}

const heapMb = (): number => {
  const { gc } = globalThis as { gc?: () => void }
  if (gc === undefined) throw new Error('run with --expose-gc')
  gc()
  gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1_048_576
}

/** A day at 100 calls a second on ten routes, told by their events: 1 % fail, latencies over two decades. */
const aDay = async (
  seconds: number,
): Promise<{ megabytes: number; calls: number; watch: Monitor }> => {
  const clock = virtualClock()
  const routes = await Promise.all(Array.from({ length: 10 }, (_, n) => sample(`route-${n}`)))
  const before = heapMb()
  const watch = monitor({ prices, clock })
  const events = new Events()
  watch.watch({ events })
  let calls = 0
  let dice = 1
  for (let second = 0; second < seconds; second++) {
    for (let n = 0; n < CALLS_PER_S; n++) {
      dice = (dice * 48_271) % 2_147_483_647
      replay(events, routes[n % 10]!, clock, ++calls, 20 * 100 ** (dice / 2_147_483_647), dice)
    }
    clock.turn(1_000)
  }
  return { megabytes: heapMb() - before, calls, watch }
}

type Told = Parameters<Events['publish']>[0]

/** The events of one real call of a route, to be told again and again. */
const sample = async (name: string): Promise<readonly Told[]> => {
  const chat = pipeline(provider, [], { name, dialect: openAIChat })
  const told: Told[] = []
  chat.events.on('*', (event) => told.push(event))
  await chat(request)
  return told
}

const replay = (
  events: Events,
  told: readonly Told[],
  clock: Clock,
  n: number,
  durationMs: number,
  dice: number,
): void => {
  const callId = `call-${n}`
  const at = clock.wall()
  const endedAt = clock.now()
  const attemptRecord = {
    ...told.find((event) => event.type === 'attempt:succeeded')!.attemptRecord,
    startedAt: endedAt - durationMs,
    firstContentAt: endedAt,
    endedAt,
  }
  const call = { attempts: [attemptRecord], latest: attemptRecord, skipped: [], degraded: false }
  for (const event of told) {
    const failed = event.type === 'call:succeeded' && dice % 100 === 0
    const fault = { kind: 'server', retryable: true, scope: 'request', message: 'no' }
    events.publish({
      ...event,
      ...(failed && { type: 'call:failed', fault, error: new Error('no'), request }),
      ...('attemptRecord' in event && { attemptRecord }),
      ...('call' in event && { call, durationMs }),
      callId,
      at,
    } as Told)
  }
}

const us = await overhead()
const { megabytes, calls, watch } = await aDay(process.argv.includes('--quick') ? 10 : DAY_S)
const addedUs = us['watched']! - us['bare']!
const round = (value: number): number => Math.round(value * 100) / 100
const { overall } = watch.snapshot()
const result = {
  node: process.version,
  usPerCall: Object.fromEntries(Object.entries(us).map(([name, value]) => [name, round(value)])),
  addedUs: round(addedUs),
  day: { calls, megabytes: round(megabytes), p99Ms: round(overall.latency.p99!) },
  goals: { ...GOAL, met: addedUs <= GOAL.addedUs && megabytes <= GOAL.megabytes },
}
if (process.argv.includes('--json')) console.log(JSON.stringify(result, null, 2))
else {
  console.log(`watched    +${result.addedUs} µs per call (goal: at most ${GOAL.addedUs})`)
  console.log(
    `a day      ${calls.toLocaleString('en')} calls in ${result.day.megabytes} MB (goal: at most ${GOAL.megabytes})`,
  )
}
process.exitCode = result.goals.met ? 0 : 1
