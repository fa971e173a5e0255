/** Names of fields to leave out, as a tree: `true` at the end of a path. */
export type Ignored = ReadonlyMap<string, Ignored | true>

/** `['user', 'metadata.traceId']` as a tree, so that a walk looks at one level at a time. */
export const ignoring = (paths: readonly string[]): Ignored | undefined => {
  if (paths.length === 0) return undefined
  const root = new Map<string, Ignored | true>()
  for (const path of paths) {
    const names = path.split('.')
    const last = names.pop() ?? path
    let level = root
    for (const name of names) {
      const below = level.get(name)
      if (below === true) break // the whole field is left out already
      const next = (below as Map<string, Ignored | true> | undefined) ?? new Map()
      level.set(name, next)
      level = next
    }
    level.set(last, true)
  }
  return root
}

/**
 * A value as one text, so that two values have the same text exactly when they are deeply equal.
 *
 * Injective because every token says where it ends: texts carry their length, numbers a `;`, lists and objects
 * a closing bracket; nothing is quoted, so nothing can be forged (`ohash` writes `{a:"x',b:'y"}` and
 * `{a:'x',b:'y'}` alike). The order of keys does not matter. A field that is `undefined` is as good as absent, as
 * in JSON; in a list it is a value of its own. `-0`, `NaN`, bigints, dates, URLs and bytes are told apart from
 * all that they could be mistaken for.
 *
 * @throws TypeError for what has no honest text: functions, symbols, circles, Maps, Blobs, instances of classes
 */
export const canonical = (value: unknown, ignored?: Ignored): string => {
  const text = write(value, ignored, '', 0)
  // UTF-8 turns every lone surrogate into the same U+FFFD, so two texts would share a hash. JSON escapes them, and
  // its leading quote is no token of ours.
  return (text as WellFormed).isWellFormed() ? text : JSON.stringify(text)
}

/** ES2024, in every runtime we serve (Node 20, Safari 16.4), but not in the ES2023 types. */
type WellFormed = string & { isWellFormed(): boolean }

/** Far deeper than a request nests; a circle ends here, with a sentence instead of a stack overflow. */
const DEEPEST = 256

/** `name`: the nearest field, for the error. */
const write = (
  value: unknown,
  ignored: Ignored | undefined,
  name: string,
  depth: number,
): string => {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`
    case 'number':
      return Object.is(value, -0) ? 'n-0;' : `n${value};`
    case 'boolean':
      return value ? 't' : 'f'
    case 'undefined':
      return 'u'
    case 'bigint':
      return `i${value};`
    case 'object':
      if (value === null) return 'z'
      if (depth === DEEPEST) throw unwritable(name, 'nested too deeply, or a circle')
      return Array.isArray(value)
        ? writeList(value, ignored, name, depth)
        : isPlain(value)
          ? writeFields(value, ignored, depth)
          : writeInstance(value, name)
    case 'function':
    case 'symbol':
      break
  }
  throw unwritable(name, `a ${typeof value}`)
}

const writeList = (
  list: readonly unknown[],
  ignored: Ignored | undefined,
  name: string,
  depth: number,
): string => {
  let text = '['
  // By index: `for … of` and `map` treat holes differently, and a hole reads as undefined on the wire.
  for (let i = 0; i < list.length; i++) text += write(list[i], ignored, name, depth + 1)
  return `${text}]`
}

const writeFields = (object: object, ignored: Ignored | undefined, depth: number): string => {
  let text = '{'
  for (const key of sorted(Object.keys(object))) {
    const value = (object as Record<string, unknown>)[key]
    const below = ignored?.get(key)
    if (value === undefined || below === true) continue
    text += `${key.length}:${key}${write(value, below, key, depth + 1)}`
  }
  return `${text}}`
}

/** In place. Requests are made of small objects, for which the built-in sort costs more than all the rest of the walk. */
const sorted = (keys: string[]): string[] => {
  if (keys.length > 16) keys.sort()
  else
    for (let i = 1; i < keys.length; i++) {
      const key = keys[i]!
      let to = i
      for (; to > 0 && keys[to - 1]! > key; to--) keys[to] = keys[to - 1]!
      keys[to] = key
    }
  return keys
}

/** The few instances that travel in requests; anything else may hide what it is made of. */
const writeInstance = (value: object, name: string): string => {
  const kind = Object.prototype.toString.call(value)
  // By its tag: the name of the class is banned here, because it is also a clock.
  if (kind === '[object Date]') return `d${(value as { getTime(): number }).getTime()};`
  if (value instanceof URL) return `l${value.href.length}:${value.href}`
  if (ArrayBuffer.isView(value)) return writeBytes(kind, value)
  if (value instanceof ArrayBuffer) return writeBytes(kind, new Uint8Array(value))
  throw unwritable(name, `an instance of ${value.constructor?.name || 'an unknown class'}`)
}

const writeBytes = (kind: string, view: ArrayBufferView): string => {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  let text = ''
  for (let from = 0; from < bytes.length; from += 8_192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8_192))
  return `b${kind}${bytes.length}:${text}`
}

/** Made by a literal, in this realm or another: its prototype is the end of the chain. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    prototype === null ||
    prototype === Object.prototype ||
    Object.getPrototypeOf(prototype) === null
  )
}

const unwritable = (name: string, what: string): TypeError =>
  new TypeError(
    `cache: ${name === '' ? 'the request' : `'${name}'`} is ${what}, which has no canonical text; name it in 'ignore'`,
  )
