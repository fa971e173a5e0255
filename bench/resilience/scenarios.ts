import type { Limit } from './engine/bucket.ts'
import { pick, type Fate, type Odds } from './engine/fate.ts'
import { RATE, type Behaviour, type Scenario, type Window } from './scenario.ts'

const LEAD_IN = 60
/** From the end of the lead-in. */
const lasting = (seconds: number): Window => [LEAD_IN, LEAD_IN + seconds]
const within = ([from, to]: Window, second: number): boolean => second >= from && second < to

const HANG: Fate = { kind: 'hang' }
const reject = (status: number, code: string): Fate => ({ kind: 'reject', status, code })
const UNAVAILABLE = reject(503, 'service_unavailable')
const SERVER_ERROR = reject(500, 'server_error')

/** These odds in this window (always, when none is given), and good answers otherwise. */
const failing = (odds: Odds, window: Window = [0, Infinity]): Behaviour => ({
  fate: (second, roll) => pick(roll, within(window, second) ? odds : []),
})
const deadIn = (window: Window, odds: Odds): Behaviour => ({
  ...failing(odds, window),
  dead: [window],
})
const share = (part: number, odds: Odds): Odds =>
  odds.map(([chance, fate]) => [chance * part, fate])

const limitOf = (perSecond: number): Limit => ({ perSecond, burst: 5, rejectCost: 0.5 })

const HEALTHY: Behaviour = {}
const common = { deadlineMs: 30_000 }

const outage = lasting(180)
const dying = deadIn(outage, [
  [0.7, UNAVAILABLE],
  [0.3, HANG],
])
/** It comes back cold. */
const recovering: Behaviour = {
  ...dying,
  capacity: (second) =>
    second < outage[1] ? Infinity : second < outage[1] + 30 ? 0.75 * RATE : 1.2 * RATE,
}
const recoveringWarm: Behaviour = {
  ...dying,
  capacity: (second) => (second < outage[1] ? Infinity : 1.2 * RATE),
}

const brownout = lasting(180)

/** Log-uniform: most stalls are nearer to 15 s than to 40 s. */
const stalled: Odds = [
  [
    0.02,
    (roll) => ({
      kind: 'stall',
      ms: 15_000 * (40 / 15) ** roll('stall'),
      afterHeaders: roll('stall place') < 0.5,
    }),
  ],
]
const broken: Odds = [
  [0.03, (roll) => ({ kind: 'reset', at: roll('break') })],
  [0.015, (roll) => ({ kind: 'eof', at: roll('break') })],
  [0.01, (roll) => ({ kind: 'length', at: roll('break') })],
  [0.01, (roll) => ({ kind: 'error-frame', at: roll('break') })],
]
const frozen: Odds = [[0.03, (roll) => ({ kind: 'freeze', at: roll('break') })]]
const bad: Odds = [
  [0.04, { kind: 'malformed' }],
  [0.04, { kind: 'off-schema' }],
  [0.03, { kind: 'refusal' }],
  [0.02, { kind: 'empty' }],
  [0.04, (roll) => ({ kind: 'length', at: roll('break') })],
]

const flapping = Array.from({ length: 8 }, (_, i): Window => {
  const from = LEAD_IN + 30 * i + 15
  return [from, from + 15]
})

/** The fifteen incidents, in the order of the tables. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...common,
    id: 'a',
    title: '5 % transient errors',
    seconds: 300,
    window: [0, 300],
    providers: {
      primary: failing([[0.05, SERVER_ERROR]]),
      fallback: failing([[0.01, SERVER_ERROR]]),
    },
  },
  {
    ...common,
    id: 'a2',
    title: '25 % errors for 3 minutes',
    seconds: 300,
    window: outage,
    providers: {
      primary: failing([[0.25, SERVER_ERROR]], outage),
      fallback: failing([[0.01, SERVER_ERROR]]),
    },
  },
  {
    ...common,
    id: 'b',
    title: 'rate limits below the load',
    seconds: 300,
    window: lasting(120),
    providers: {
      primary: {
        limit: (second) => limitOf(within(lasting(120), second) ? 0.55 * RATE : 2.5 * RATE),
      },
      fallback: { limit: () => limitOf(0.3 * RATE) },
    },
  },
  {
    id: 'm',
    title: '300 calls at once, 600 a minute allowed',
    deadlineMs: 60_000,
    seconds: 0,
    fanOut: 300,
    window: [0, 1],
    providers: { primary: { limit: () => limitOf(10) } },
  },
  {
    ...common,
    id: 'c1',
    title: 'outage, healthy fallback',
    seconds: 440,
    window: outage,
    providers: { primary: recoveringWarm, fallback: HEALTHY },
  },
  {
    ...common,
    id: 'c2',
    title: 'outage, no fallback, cold recovery',
    seconds: 480,
    window: outage,
    providers: { primary: recovering },
  },
  {
    ...common,
    id: 'd',
    title: 'brown-out: ten times slower, 20 % hang',
    seconds: 360,
    window: brownout,
    providers: {
      primary: {
        ...failing([[0.2, HANG]], brownout),
        slowness: (second) => (within(brownout, second) ? 10 : 1),
      },
      fallback: HEALTHY,
    },
  },
  {
    ...common,
    id: 'e',
    title: 'streams: 2 % stall before the first token',
    seconds: 300,
    stream: true,
    window: [0, 300],
    providers: { primary: failing(stalled), fallback: failing(stalled) },
  },
  {
    ...common,
    id: 'f',
    title: 'streams: 6.5 % break',
    seconds: 300,
    stream: true,
    window: [0, 300],
    providers: { primary: failing(broken), fallback: failing(share(1 / 6, broken)) },
  },
  {
    ...common,
    id: 'g',
    title: 'streams: 3 % freeze midway',
    seconds: 300,
    stream: true,
    window: [0, 300],
    providers: { primary: failing(frozen), fallback: failing(share(0.1, frozen)) },
  },
  {
    ...common,
    id: 'h',
    title: '17 % bad answers',
    seconds: 300,
    window: [0, 300],
    providers: { primary: failing(bad), fallback: failing(share(0.25, bad)) },
  },
  {
    ...common,
    id: 'i1',
    title: 'key revoked',
    seconds: 240,
    window: lasting(120),
    providers: {
      primary: deadIn(lasting(120), [[1, reject(401, 'invalid_api_key')]]),
      fallback: HEALTHY,
    },
  },
  {
    ...common,
    id: 'i2',
    title: 'quota exhausted',
    seconds: 240,
    window: lasting(120),
    providers: {
      primary: deadIn(lasting(120), [[1, reject(429, 'insufficient_quota')]]),
      fallback: HEALTHY,
    },
  },
  {
    ...common,
    id: 'j',
    title: 'flapping: 15 s up, 15 s down',
    seconds: 360,
    window: lasting(240),
    providers: {
      primary: {
        fate: (second, roll) =>
          pick(roll, flapping.some((down) => within(down, second)) ? [[1, UNAVAILABLE]] : []),
        dead: flapping,
      },
      fallback: HEALTHY,
    },
  },
  {
    ...common,
    id: 'k',
    title: 'everything degraded, repeated prompts',
    seconds: 300,
    prompts: 60,
    window: outage,
    providers: {
      primary: deadIn(outage, [[1, UNAVAILABLE]]),
      fallback: failing(
        [
          [0.6, reject(529, 'overloaded_error')],
          [0.2, HANG],
        ],
        outage,
      ),
    },
  },
]

const byId = (id: string): Scenario => SCENARIOS.find((one) => one.id === id)!

/** The rate limits under harder conditions; not part of the fifteen. */
export const VARIANTS: readonly Scenario[] = [
  {
    ...byId('b'),
    id: 'b-8',
    title: 'b, eight clients that know nothing of each other',
    clients: 8,
  },
  {
    ...byId('m'),
    id: 'm-8',
    title: 'm, eight clients that know nothing of each other',
    clients: 8,
  },
  { ...byId('b'), id: 'b-mute', title: 'b, without rate limit headers', limitHeaders: false },
  { ...byId('m'), id: 'm-mute', title: 'm, without rate limit headers', limitHeaders: false },
  { ...byId('b'), id: 'b-free', title: 'b, rejections cost nothing', rejectCost: 0 },
]
