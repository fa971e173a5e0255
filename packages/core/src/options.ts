import { ConfigurationError } from './errors.ts'
import { RETRYABLE } from './fault.ts'

/** What an option must be: `test` decides, `says` completes the sentence "maxAttempts must be …". */
export interface Rule {
  readonly says: string
  test(value: unknown): boolean
}

/** A rule of your own. */
export const rule = (says: string, test: (value: unknown) => boolean): Rule => ({ says, test })

/** A whole number of at least `min`. */
export const integer = (min: number): Rule =>
  rule(`a whole number of at least ${min}`, (v) => Number.isSafeInteger(v) && (v as number) >= min)

/** Milliseconds, finite, of at least `min`. */
export const milliseconds = (min = 0): Rule =>
  rule(
    `a finite number of milliseconds of at least ${min}`,
    (v) => Number.isFinite(v) && (v as number) >= min,
  )

/** Milliseconds of at least `min`, or `Infinity` for no limit. */
export const millisecondsOrForever = (min = 0): Rule =>
  rule(
    `a number of milliseconds of at least ${min}, or Infinity`,
    (v) => typeof v === 'number' && v >= min,
  )

/** A finite number of at least `min`. */
export const number = (min: number): Rule =>
  rule(`a finite number of at least ${min}`, (v) => Number.isFinite(v) && (v as number) >= min)

/** A share above 0, up to 1. */
export const ratio: Rule = rule(
  'a number above 0 and up to 1',
  (v) => typeof v === 'number' && v > 0 && v <= 1,
)

export const boolean: Rule = rule('true or false', (v) => typeof v === 'boolean')
export const text: Rule = rule('a text that is not empty', (v) => typeof v === 'string' && v !== '')
export const callable: Rule = rule('a function', (v) => typeof v === 'function')
export const faultKinds: Rule = rule(
  "a list of fault kinds, such as ['rate-limited', 'server']",
  (v) =>
    Array.isArray(v) &&
    v.every((kind) => typeof kind === 'string' && Object.hasOwn(RETRYABLE, kind)),
)

/** One of these words. */
export const oneOf = (...words: readonly string[]): Rule =>
  rule(words.map((word) => `'${word}'`).join(' or '), (v) => words.includes(v as string))

/** Either of two kinds of value. */
export const either = (a: Rule, b: Rule): Rule =>
  rule(`${a.says}, or ${b.says}`, (v) => a.test(v) || b.test(v))

/** The same, or left out. */
export const optional = (inner: Rule): Rule =>
  rule(inner.says, (v) => v === undefined || inner.test(v))

/** A value as it should be quoted in an error: NaN, 'text', {…}, never a dump. */
export const quote = (value: unknown): string => {
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(quote).join(', ')}]`
  if (typeof value === 'object' && value !== null) return '{…}'
  return typeof value === 'function' ? 'a function' : String(value)
}

/**
 * Defaults with the given options laid over them, checked: `undefined` never overrides a default,
 * an unknown option is an error, and later changes to the given object have no effect (T79).
 *
 * @throws ConfigurationError with a sentence that names policy, option and value
 */
export const resolveOptions = <O extends object>(
  owner: string,
  given: Partial<O> | undefined,
  defaults: Partial<O>,
  rules: { readonly [K in keyof Required<O>]: Rule },
): O => {
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given)))
    throw new ConfigurationError(`${owner}: options must be an object, got ${quote(given)}`)
  const resolved: Record<string, unknown> = { ...defaults }
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!Object.hasOwn(rules, name))
      throw new ConfigurationError(
        `${owner}: unknown option '${name}'; it knows ${Object.keys(rules).join(', ')}`,
      )
    if (value !== undefined)
      resolved[name] = Array.isArray(value) ? [...(value as unknown[])] : value
  }
  for (const [name, must] of Object.entries<Rule>(rules)) {
    if (!must.test(resolved[name]))
      throw new ConfigurationError(
        `${owner}: ${name} must be ${must.says}, got ${quote(resolved[name])}`,
      )
  }
  return resolved as O
}
