import {
  cache,
  CACHE_DEFAULTS,
  keyvStore,
  MEMORY_STORE_DEFAULTS,
  memoryStore,
} from '@holdfast/cache'
import { FAULT_NAMES, ScenarioError, startFaultServer } from '@holdfast/chaos'
import { CIRCUIT_BREAKER_DEFAULTS, circuitBreaker } from '@holdfast/circuit-breaker'
import {
  ConfigurationError,
  anywhere,
  classifier,
  deadline,
  health,
  keyed,
  pipeline,
  place,
  quote,
  RETRY_BUDGET_DEFAULTS,
  retryBudget,
  timeout,
} from '@holdfast/core'
import { degrade, DEGRADE_DEFAULTS, fallback, FALLBACK_DEFAULTS } from '@holdfast/fallback'
import { adaptAll, dropOldestTurns, shorterAnswer, useModel } from '@holdfast/providers'
import { retry, RETRY_DEFAULTS } from '@holdfast/retry'
import { check, json, NOT_EMPTY_DEFAULTS, notEmpty, structured } from '@holdfast/validators'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

/** What finds its way into options: sums gone wrong, an environment variable, a row without a value. */
const BAD = [Number.NaN, -1, Infinity, '5', null, {}] as const
type Bad = (typeof BAD)[number]

/** How a sentence quotes each of them; texts and objects are written in two ways. */
const QUOTED = new Map<Bad, string>([
  [BAD[0], 'NaN'],
  [BAD[1], '-1'],
  [BAD[2], 'Infinity'],
  [BAD[3], `(?:'5'|"5")`],
  [BAD[4], 'null'],
  [BAD[5], String.raw`\{…?\}`],
])

/** Values of `BAD` that are right for this option, and why. */
interface Fine {
  readonly values: readonly Bad[]
  readonly because: string
}

const ACCEPTED = 'accepted'

/** The sentence that names what is wrong and quotes the value; for a value that is right, none. */
const verdictOn = (what: string, value: Bad, fine: Fine | undefined): RegExp => {
  // Of the objects of `BAD` there is one, so the very value is found, NaN too.
  if (fine?.values.includes(value)) return new RegExp(`^${ACCEPTED}$`)
  const literally = what.replaceAll(/[[\].]/g, String.raw`\$&`)
  return new RegExp(`^${literally} must be .*${QUOTED.get(value)}`)
}

/** The sentence that it throws; any other error than ours goes on and fails the test. */
const sentenceOf = (build: () => unknown): string => {
  try {
    build()
    return ACCEPTED
  } catch (error) {
    if (ConfigurationError.is(error)) return error.message
    throw error
  }
}

interface Factory {
  /** With these options alone it works. */
  readonly base?: object
  readonly make: (options: never) => unknown
  /** Exported defaults: each of them must be an option that is checked. */
  readonly defaults?: object
  readonly fine?: Readonly<Record<string, Fine>>
}

const ask = async (request: string): Promise<string> => request
const key = (): string => 'one'
const target = { id: 'a', provider: 'a', call: ask }
const noLimit: Fine = { values: [Infinity], because: 'no limit' }
const anyText: Fine = { values: ['5'], because: 'any text is a name' }
const nothingSaid: Fine = { values: [BAD[5]], because: 'an object that names nothing' }

/** Everything with an object of options. The options themselves are not listed: each factory knows its own. */
const FACTORIES: Readonly<Record<string, Factory>> = {
  cache: {
    make: cache,
    defaults: CACHE_DEFAULTS,
    base: { scope: 'shared', ttlMs: 1, mode: 'stale-if-error', staleTtlMs: 1 },
  },
  circuitBreaker: { make: circuitBreaker, defaults: CIRCUIT_BREAKER_DEFAULTS },
  deadline: { make: deadline, base: { timeoutMs: 1 }, fine: { timeoutMs: noLimit } },
  degrade: { make: (options) => degrade(() => 'x', options), defaults: DEGRADE_DEFAULTS },
  dropOldestTurns: { make: dropOldestTurns },
  fallback: {
    make: (options) => fallback([target], options),
    defaults: FALLBACK_DEFAULTS,
    fine: { onlyOn: nothingSaid },
  },
  health: { make: health },
  keyed: { make: (options) => keyed(key, () => circuitBreaker(), options) },
  memoryStore: { make: memoryStore, defaults: MEMORY_STORE_DEFAULTS },
  notEmpty: { make: notEmpty, defaults: NOT_EMPTY_DEFAULTS },
  pipeline: {
    make: (options) => pipeline(ask, [], options),
    fine: { name: anyText, provider: anyText, model: anyText },
  },
  retry: {
    make: retry,
    defaults: RETRY_DEFAULTS,
    fine: {
      maxAttempts: noLimit,
      maxRetryAfterMs: noLimit,
      baseDelayMs: nothingSaid,
    },
  },
  retryBudget: { make: retryBudget, defaults: RETRY_BUDGET_DEFAULTS },
  timeout: {
    make: timeout,
    base: { timeoutMs: 1 },
    fine: { timeoutMs: noLimit, firstContentMs: noLimit, idleMs: noLimit, totalMs: noLimit },
  },
}

/** All options of a factory, as the error about a misspelt one lists them: a new option is tested unasked. */
const optionsOf = ({ make, base }: Factory): readonly string[] => {
  const sentence = sentenceOf(() => make({ ...base, misspelt: 1 } as never))
  return /unknown option 'misspelt'; it knows (.+)$/.exec(sentence)?.[1]?.split(', ') ?? []
}

describe.each(Object.entries(FACTORIES))('%s', (name, factory) => {
  const { make, base, defaults = {}, fine = {} } = factory
  const options = optionsOf(factory)

  test('R-80 refuses a misspelt option, by name, and lists those it knows', () => {
    const sentence = sentenceOf(() => make({ ...base, misspelt: 1 } as never))
    expect(sentence).toContain(`${name}: unknown option 'misspelt'; it knows `)
    expect(options).toEqual(expect.arrayContaining(Object.keys({ ...defaults, ...fine })))
  })

  test.each(options)('T23 %s: each bad value gets a sentence with option and value', (option) => {
    for (const value of BAD) {
      const sentence = sentenceOf(() => make({ ...base, [option]: value } as never))
      expect(sentence).toMatch(verdictOn(`${name}: ${option}`, value, fine[option]))
    }
  })

  test.each(BAD.slice(0, -1))('T23 is not built from %o in place of its options', (value) => {
    const sentence = sentenceOf(() => make(value as never))
    expect(sentence).toBe(`${name}: options must be an object, got ${quote(value)}`)
  })
})

/** Everything that is handed in by position. */
const schema = z.string()
const handler = pipeline(ask, [])
const POSITIONAL: readonly {
  readonly what: string
  readonly make: (value: never) => unknown
  readonly fine?: Fine
}[] = [
  { what: 'adaptAll: change 1', make: (change) => adaptAll(change) },
  { what: 'anywhere: a policy', make: (policy) => anywhere(policy) },
  { what: 'check: fn', make: (fn) => check(fn) },
  { what: 'degrade: the stand-in', make: (standIn) => degrade(standIn) },
  { what: 'fallback: targets', make: (targets) => fallback(targets) },
  { what: 'fallback: entry 1', make: (entry) => fallback([entry]) },
  { what: 'classifier: rows', make: (rows) => classifier(rows) },
  { what: 'classifier: kind', make: (kind) => classifier([{ kind }]) },
  { what: 'json: schema', make: (bad) => json(bad) },
  { what: 'keyed: keyOf', make: (keyOf) => keyed(keyOf, () => retry()) },
  { what: 'keyed: make', make: (bad) => keyed(() => 'key', bad) },
  { what: 'keyvStore: keyv', make: (keyv) => keyvStore(keyv) },
  { what: 'pipeline: provider', make: (provider) => pipeline(provider, []) },
  { what: 'pipeline: a policy', make: (policy) => pipeline(ask, [policy]) },
  { what: 'pipeline: policies', make: (policies) => pipeline(ask, policies) },
  { what: 'place: floor', make: (floor) => place({ name: 'x', floor }, async () => 'x' as never) },
  { what: 'shorterAnswer: ratio', make: (ratio) => shorterAnswer(ratio) },
  { what: 'structured: handler', make: (bad) => structured(bad, schema) },
  { what: 'structured: schema', make: (bad) => structured(handler, bad) },
  { what: 'useModel: model', make: (model) => useModel(model), fine: anyText },
]

describe.each(POSITIONAL)('$what', ({ what, make, fine }) => {
  test.each(BAD)('T23 %o gets its verdict', (value) => {
    expect(sentenceOf(() => make(value as never))).toMatch(verdictOn(what, value, fine))
  })
})

/** A target is data, often from a file: a window of NaN would fit no request, without a word. */
const TARGET_FIELDS: Readonly<Record<string, Fine | undefined>> = {
  call: undefined,
  capabilities: nothingSaid,
  contextWindow: undefined,
  key: anyText,
  model: anyText,
  price: undefined,
  request: undefined,
}

test.each(Object.entries(TARGET_FIELDS))("T23 a target's %s is checked", (field, fine) => {
  for (const value of BAD) {
    const sentence = sentenceOf(() => fallback([{ ...target, [field]: value as never }]))
    expect(sentence).toMatch(verdictOn(`fallback: ${field} of target 'a'`, value, fine))
  }
})

test.each([
  ['capabilities', { vision: '5' }],
  ['price', { inputPerMillion: 1, outputPerMillion: Number.NaN }],
  ['price', { inputPerMillion: -1, outputPerMillion: 1 }],
])("T23 what a target's %s hold is checked: %o", (field, value) => {
  expect(sentenceOf(() => fallback([{ ...target, [field]: value as never }]))).toContain(
    `fallback: ${field} of target 'a' must be `,
  )
})

test.each([
  ['retry', () => retry({ baseDelayMs: { server: Number.NaN } })],
  ['retry', () => retry({ baseDelayMs: { servers: 5 } as never })],
  ['retry', () => retry({ on: ['timeouts' as never] })],
  ['fallback', () => fallback([target], { onlyOn: { a: ['slow' as never] } })],
  ['fallback', () => fallback([target], { onlyOn: { b: ['timeout'] } })],
  ['circuitBreaker', () => circuitBreaker({ openMs: 2, maxOpenMs: 1 })],
  ['cache', () => cache({ scope: 'shared', ttlMs: 1, ignore: [5 as never] })],
  ['cache', () => cache({ scope: 'shared', ttlMs: 1, staleTtlMs: 5 } as never)],
  ['timeout', () => pipeline(ask, [deadline({ timeoutMs: 1 }), timeout({ timeoutMs: 2 })])],
])('R-80 %s: values that are wrong inside or together get a sentence, too: %s', (name, build) => {
  expect(sentenceOf(build)).toMatch(new RegExp(`^${name}: `))
})

/** The sentence that a fault server does not start with. */
const refusal = async (start: () => ReturnType<typeof startFaultServer>): Promise<string> => {
  try {
    await using _ = await start()
    return ACCEPTED
  } catch (error) {
    if (error instanceof ScenarioError) return error.message
    throw error
  }
}

interface Part {
  /** The path of the part in a sentence. */
  readonly path: string
  readonly start: (fields: object) => ReturnType<typeof startFaultServer>
  readonly fine?: Readonly<Record<string, Fine>>
}

const faultsOf = (fields: object): never => ({ phases: [{ faults: [fields] }] }) as never
const anySeed: Fine = { values: [-1], because: 'any whole number is a seed' }

/** A fault that is given something for it to be complete, so that the field in question is what is wrong. */
const faultPart = (fault: string): Part => ({
  path: 'scenario.phases[0].faults[0]',
  start: (fields) =>
    startFaultServer(
      faultsOf({
        fault,
        ...(fault === 'rate-limit' && !('requestsPerMinute' in fields) && { requestsPerSecond: 1 }),
        ...fields,
      }),
    ),
})

const PARTS: Readonly<Record<string, Part>> = {
  'startFaultServer options': {
    path: 'options',
    start: (fields) => startFaultServer({ phases: [] }, fields),
  },
  scenario: {
    path: 'scenario',
    start: (fields) => startFaultServer({ phases: [], ...fields }),
    fine: { seed: anySeed, name: anyText, answers: nothingSaid },
  },
  phase: {
    path: 'scenario.phases[0]',
    start: (fields) => startFaultServer({ phases: [{ faults: [], ...fields }] }),
  },
  ...Object.fromEntries(FAULT_NAMES.map((fault) => [`fault ${fault}`, faultPart(fault)])),
}

test.each(Object.entries(PARTS))(
  'R-80, T23 %s: each field gets a sentence for each bad value, and so does a misspelt field',
  async (_, { path, start, fine = {} }) => {
    const sentence = await refusal(() => start({ misspelt: 1 }))
    expect(sentence).toContain(`${path}.misspelt is not a field here; the fields are `)
    const fields = / the fields are (.+)\.$/.exec(sentence)?.[1]?.split(', ') ?? []
    expect(fields).not.toHaveLength(0)
    for (const field of fields)
      for (const value of BAD)
        expect(await refusal(() => start({ [field]: value }))).toMatch(
          verdictOn(`${path}.${field}`, value, fine[field]),
        )
  },
)
