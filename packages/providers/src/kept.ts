import { fields } from './shape.ts'

/** The list after each item was changed, or left out where undefined; the same list where nothing was. */
export function kept<T>(
  list: readonly T[],
  change: (item: T, at: number) => T | undefined,
): readonly T[] {
  const after = list.map(change)
  if (after.every((item, at) => item === list[at])) return list
  return after.filter((item) => item !== undefined)
}

/** The object with one field changed, or without it where undefined; the same object where nothing was. */
export function withField<T extends object>(object: T, name: string, value: unknown): T {
  if ((object as Record<string, unknown>)[name] === value) return object
  const { [name]: _, ...rest } = object as Record<string, unknown>
  return (value === undefined ? rest : { ...rest, [name]: value }) as T
}

/** The places where a turn keeps its parts, on any wire. */
export const LISTS = ['content', 'parts', 'tool_calls'] as const

/** The turn after each of its parts was changed, or left out where undefined; the same turn where none was. */
export function withParts(turn: unknown, change: (part: unknown) => unknown): unknown {
  return LISTS.reduce((changed, name) => {
    const list = fields(changed)[name]
    return Array.isArray(list) ? withField(changed as object, name, kept(list, change)) : changed
  }, turn)
}
