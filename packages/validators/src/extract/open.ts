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
