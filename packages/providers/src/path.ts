import { fields } from './shape.ts'

/** Where a value stands inside another: the names and indices that lead there. */
export type Path = readonly (string | number)[]

/** What stands at `path`; undefined where the way there ends early. */
export function at(value: unknown, path: Path): unknown {
  let inside = value
  for (const key of path) inside = fields(inside)[key]
  return inside
}

/**
 * A copy of `value` in which what stands at `path` is changed; everything beside the path is shared.
 *
 * SDKs hand out objects of classes with getters, so that a copy keeps the prototype.
 */
export function changed<T>(value: T, path: Path, change: (old: unknown) => unknown): T {
  const [key, ...rest] = path
  if (key === undefined) return change(value) as T
  const next = changed(fields(value)[key], rest, change)
  // A list has nothing beyond its end, and no fields.
  if (Array.isArray(value))
    return (Number(key) < value.length ? value.with(Number(key), next) : value) as T
  const copy = Object.assign(Object.create(Object.getPrototypeOf(value ?? {}) as object), value)
  // Defined and not assigned: on a class the name may be a getter's.
  return Object.defineProperty(copy, key, { value: next, ...PLAIN }) as T
}

const PLAIN = { enumerable: true, configurable: true, writable: true }
