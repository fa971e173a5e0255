import { ConfigurationError } from './errors.ts'
import { isRecord, type Rules } from './rules.ts'

export * from './rules.ts'

/**
 * What a policy works with: its options with the defaults filled in. Only those that are named `Off` may be missing.
 *
 * @example
 * type BreakerSettings = SettingsOf<BreakerOptions, 'key' | 'slowCallMs'>
 */
export type SettingsOf<O, Off extends keyof O = never> = {
  readonly [K in Exclude<keyof O, Off>]-?: NonNullable<O[K]>
} & Pick<O, Off>

/** Longer texts and lists are cut in errors: what was meant for another option may be a whole prompt. */
const MOST_CHARS = 100
const MOST_ITEMS = 10

/** A value as it should be quoted in an error: NaN, 'text', {…}, never a dump. */
export const quote = (value: unknown): string => {
  if (typeof value === 'string')
    return value.length > MOST_CHARS ? `'${value.slice(0, MOST_CHARS)}…'` : `'${value}'`
  if (Array.isArray(value)) {
    const items = value
      .slice(0, MOST_ITEMS)
      .map((item) => (Array.isArray(item) ? '[…]' : quote(item)))
    return `[${items.join(', ')}${value.length > MOST_ITEMS ? ', …' : ''}]`
  }
  // Mostly an async function where a plain one is asked for.
  if (value instanceof Promise) return 'a promise'
  if (typeof value === 'object' && value !== null) return '{…}'
  return typeof value === 'function' ? 'a function' : String(value)
}

/** @throws ConfigurationError with a sentence that names owner, option and value, for the first that is not as it must be */
export const checkAll = (
  owner: string,
  values: Readonly<Record<string, unknown>>,
  rules: Rules,
): void => {
  for (const [name, must] of Object.entries(rules))
    if (!must.test(values[name]))
      throw new ConfigurationError(
        `${owner}: ${name} must be ${must.says}, got ${quote(values[name])}`,
      )
}

/** @throws ConfigurationError when one option is beyond the other, which is the most that it may be */
export const checkAtMost = <K extends string>(
  owner: string,
  settings: { readonly [N in K]: unknown },
  option: K,
  most: K,
): void => {
  if ((settings[option] as number) > (settings[most] as number))
    throw new ConfigurationError(
      `${owner}: ${option} must be at most ${most} (${quote(settings[most])}), got ${quote(settings[option])}`,
    )
}

/**
 * Defaults with the given options laid over them, checked: `undefined` never overrides a default,
 * an unknown option is an error, and later changes to the given object have no effect (T79).
 *
 * @throws ConfigurationError with a sentence that names policy, option and value
 */
export const resolveOptions = <O extends object>(
  owner: string,
  given: { readonly [K in keyof O]?: unknown } | undefined,
  defaults: Partial<O>,
  rules: Rules<keyof O & string>,
): O => {
  if (given !== undefined && !isRecord(given))
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
  checkAll(owner, resolved, rules)
  return resolved as O
}
