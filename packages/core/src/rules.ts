import { RETRYABLE, type FaultKind } from './fault.ts'

/** What an option must be: `test` decides, `says` completes the sentence "maxAttempts must be …". */
export interface Rule {
  readonly says: string
  test(value: unknown): boolean
}

/** What each of some options must be. */
export type Rules<K extends string = string> = { readonly [N in K]: Rule }

// The rules without parameters are marked pure: bundlers keep a call at the top of a file otherwise, used or not.

/** A rule of your own. */
export const rule = (says: string, test: (value: unknown) => boolean): Rule => ({ says, test })

/** An object that is no list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isAtLeast = (min: number, value: unknown): boolean =>
  typeof value === 'number' && value >= min

/** A whole number of at least `min`. */
export const integer = (min: number): Rule =>
  rule(`a whole number of at least ${min}`, (v) => Number.isSafeInteger(v) && isAtLeast(min, v))

/** Milliseconds, finite, of at least `min`. */
export const milliseconds = (min = 0): Rule =>
  rule(
    `a finite number of milliseconds of at least ${min}`,
    (v) => Number.isFinite(v) && isAtLeast(min, v),
  )

/** Milliseconds of at least `min`, or `Infinity` for no limit. */
export const millisecondsOrForever = (min = 0): Rule =>
  rule(`a number of milliseconds of at least ${min}, or Infinity`, (v) => isAtLeast(min, v))

/** A finite number of at least `min`. */
export const number = (min: number): Rule =>
  rule(`a finite number of at least ${min}`, (v) => Number.isFinite(v) && isAtLeast(min, v))

/** A share above 0, up to 1. */
export const ratio: Rule = /* @__PURE__ */ rule(
  'a number above 0 and up to 1',
  (v) => typeof v === 'number' && v > 0 && v <= 1,
)

export const boolean: Rule = /* @__PURE__ */ rule('true or false', (v) => typeof v === 'boolean')
export const text: Rule = /* @__PURE__ */ rule(
  'a text that is not empty',
  (v) => typeof v === 'string' && v !== '',
)
export const callable: Rule = /* @__PURE__ */ rule('a function', (v) => typeof v === 'function')

const FAULT_KINDS = "a list of fault kinds, such as ['rate-limited', 'server']"

export const faultKinds: Rule = /* @__PURE__ */ rule(
  FAULT_KINDS,
  (v) =>
    Array.isArray(v) &&
    v.every((kind) => typeof kind === 'string' && Object.hasOwn(RETRYABLE, kind)),
)

/** Fault kinds, but none of these. */
export const faultKindsBut = (...none: readonly FaultKind[]): Rule =>
  rule(
    `${FAULT_KINDS}, without ${none.join(', ')}`,
    (v) => faultKinds.test(v) && !none.some((kind) => (v as unknown[]).includes(kind)),
  )

/** One of these words. */
export const oneOf = (...words: readonly string[]): Rule =>
  rule(words.map((word) => `'${word}'`).join(' or '), (v) => words.includes(v as string))

/** Something that can do this: `having('a store with get and set', 'get', 'set')`. */
export const having = (says: string, ...methods: readonly string[]): Rule =>
  rule(says, (v) => isRecord(v) && methods.every((name) => typeof v[name] === 'function'))

/** An object of these options, and of no others. */
export const record = (rules: Rules): Rule =>
  rule(
    `{ ${Object.entries(rules)
      .map(([name, { says }]) => `${name}: ${says}`)
      .join(', ')} }`,
    (v) =>
      isRecord(v) &&
      Object.keys(v).every((name) => Object.hasOwn(rules, name)) &&
      Object.entries(rules).every(([name, must]) => must.test(v[name])),
  )

/** Either of two kinds of value. */
export const either = (a: Rule, b: Rule): Rule =>
  rule(`${a.says}, or ${b.says}`, (v) => a.test(v) || b.test(v))

/** The same, or left out. */
export const optional = (inner: Rule): Rule =>
  rule(inner.says, (v) => v === undefined || inner.test(v))
