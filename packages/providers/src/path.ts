import { fields, words } from './shape.ts'

/** Where a value stands inside another: the names and indices that lead there. */
export type Path = readonly (string | number)[]

/**
 * A copy of `value` in which what stands at `path` is changed; everything beside the path is shared.
 *
 * SDKs hand out objects of classes with getters, so that a copy keeps the prototype.
 */
export function changed<T>(value: T, path: Path, change: (old: unknown) => unknown): T {
  const [key, ...rest] = path
  if (key === undefined) return change(value) as T
  const next = changed(fields(value)[key], rest, change)
  if (Array.isArray(value)) return value.with(Number(key), next) as T
  return Object.assign(Object.create(Object.getPrototypeOf(value ?? {})) as object, value, {
    [key]: next,
  })
}

/** The same chunk without the first characters of the text at `path`, if it has text there. */
export function withoutTextAt<Chunk>(chunk: Chunk, path: Path, chars: number): Chunk {
  let found: unknown = chunk
  for (const key of path) found = fields(found)[key]
  return words(found) ? changed(chunk, path, () => (found as string).slice(chars)) : chunk
}
