/** A scenario or an option that cannot be used; the message names the field and its value. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  readonly code = 'HOLDFAST_CHAOS_SCENARIO'
}

/** Says what a value must be when it is not; undefined when it is. */
export type Check = (value: unknown) => string | undefined

const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))

/** Throws one sentence about a field. */
export const complain = (path: string, must: string, value: unknown): never => {
  throw new ScenarioError(`${path} must be ${must}, but is ${show(value)}.`)
}

/** Narrows to an object, or throws a sentence. */
export const checkObject = (path: string, value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : complain(path, 'an object', value)

/** Checks every field of an object and refuses those that nobody reads: a typo must not pass silently. */
export const checkFields = (
  path: string,
  value: unknown,
  fields: Readonly<Record<string, Check>>,
): void => {
  for (const [name, given] of Object.entries(checkObject(path, value))) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (check === undefined)
      throw new ScenarioError(
        `${path}.${name} is not a field here; the fields are ${Object.keys(fields).join(', ')}.`,
      )
    const must = given === undefined ? undefined : check(given)
    if (must !== undefined) complain(`${path}.${name}`, must, given)
  }
}

const numberWhere =
  (must: string, holds: (value: number) => boolean): Check =>
  (value) =>
    typeof value === 'number' && Number.isFinite(value) && holds(value) ? undefined : must

export const ratio: Check = numberWhere('a number from 0 to 1', (n) => n >= 0 && n <= 1)
export const duration: Check = numberWhere('milliseconds, 0 or more', (n) => n >= 0)
export const positive: Check = numberWhere('a number above 0', (n) => n > 0)
export const atLeastOne: Check = numberWhere('a number of 1 or more', (n) => n >= 1)
export const wholeNumber: Check = numberWhere('a whole number', Number.isInteger)
export const errorStatus: Check = numberWhere(
  'an HTTP status from 400 to 599',
  (n) => Number.isInteger(n) && n >= 400 && n <= 599,
)
export const text: Check = (value) => (typeof value === 'string' ? undefined : 'a string')
export const anything: Check = () => undefined

/** A whole number of 1 or more. */
export const count: Check = numberWhere(
  'a whole number of 1 or more',
  (n) => Number.isInteger(n) && n >= 1,
)

/** What either of two checks lets pass. */
export const either =
  (one: Check, other: Check): Check =>
  (value) => {
    const [first, second] = [one(value), other(value)]
    return first === undefined || second === undefined ? undefined : `${first}, or ${second}`
  }

/** One of a list of words. */
export const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string) ? undefined : `one of ${words.join(', ')}`
