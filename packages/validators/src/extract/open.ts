/** A container as it was meant, and how far from JSON it was. */
export interface Reading {
  readonly value: unknown
  /** Behind its last bracket, or the text's end. */
  readonly end: number
  /** The text ended first. */
  readonly isCut: boolean
  /** An ellipsis stands for what was left out. */
  readonly isElided: boolean
  /** Some key or string had no quotes. */
  readonly isBare: boolean
  /** Some inner bracket was never closed, or some quote or colon is missing. */
  readonly isMended: boolean
  /** Some string or key had quotes. */
  readonly isQuoted: boolean
}

/** A container that is being read. */
export interface Open {
  readonly value: object
  readonly closer: string
}

const CLOSER: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' }

export const openedBy = (bracket: string): Open => ({
  value: bracket === '{' ? {} : [],
  closer: CLOSER[bracket] ?? '',
})

export const isEmpty = (open: Open | undefined): boolean =>
  open !== undefined && Object.keys(open.value).length === 0

export const isFlat = ({ value }: Open): boolean =>
  Object.values(value).every((it) => typeof it !== 'object' || it === null)

export const attach = (top: Open | undefined, key: string | undefined, value: unknown): void => {
  const container = top?.value
  if (container === undefined) return
  if (key === undefined) (container as unknown[]).push(value)
  // Assigned, `__proto__` would be the prototype.
  else if (key === '__proto__')
    Object.defineProperty(container, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
  else (container as Record<string, unknown>)[key] = value
}
