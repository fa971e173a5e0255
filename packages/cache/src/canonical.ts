import type { Ignored } from './ignored.ts'

/**
 * A value as one text, so that two values have the same text exactly when they are deeply equal.
 *
 * Injective because every token says where it ends: texts carry their length, numbers a `;`, lists and objects
 * a closing bracket; nothing is quoted, so nothing can be forged (`ohash` writes `{a:"x',b:'y"}` and
 * `{a:'x',b:'y'}` alike). The order of keys does not matter. A field that is `undefined` is as good as absent, as
 * in JSON; in a list it is a value of its own. `-0`, `NaN`, bigints, dates, URLs and bytes are told apart from
 * all that they could be mistaken for. Hidden (not enumerable) properties, in which some SDKs keep their helpers, do
 * not count, and neither do names given to a list: they are sent nowhere.
 *
 * @throws TypeError for what has no honest text: functions, symbols, circles, lists with holes, Maps, Blobs, instances
 *   of classes
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
          ? writeFields(value, ignored, name, depth)
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
  // The prototype of all lists is a list itself, in every realm; that of a class is none.
  if (!Array.isArray(Object.getPrototypeOf(list))) return writeInstance(list, name)
  let text = '['
  for (let i = 0; i < list.length; i++) {
    // `new Array(1e9)` would otherwise be written to its end.
    if (list[i] === undefined && !(i in list)) throw unwritable(name, 'a list with holes')
    text += write(list[i], ignored, name, depth + 1)
  }
  return `${text}]`
}

const writeFields = (
  object: object,
  ignored: Ignored | undefined,
  name: string,
  depth: number,
): string => {
  for (const symbol of Object.getOwnPropertySymbols(object))
    if (Object.prototype.propertyIsEnumerable.call(object, symbol))
      throw unwritable(name, 'an object with a field named by a symbol')
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
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1)
  const made = madeBy(value)
  if (ArrayBuffer.isView(value) || kind === 'ArrayBuffer') {
    // A Buffer reads as bytes, but goes out as other JSON than a Uint8Array.
    if (made === kind || made === 'Buffer') {
      // A character for each byte.
      const text = new TextDecoder('latin1').decode(value as ArrayBuffer)
      return `b${made}:${text.length}:${text}`
    }
  } else if (made === kind && Object.keys(value).length === 0) {
    // By its tag: the name of the class is banned here, because it is also a clock.
    if (kind === 'Date') return `d${(value as { getTime(): number }).getTime()};`
    if (value instanceof URL) return `l${value.href.length}:${value.href}`
  }
  throw unwritable(name, `an instance of ${made || 'an unknown class'}`)
}

/** Made by a literal, in this realm or another, or without a prototype at all. */
const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value) as object | null
  return (
    prototype === Object.prototype ||
    prototype === null ||
    // The end of another realm's chain; not a base without a prototype, whose fields would be inherited unseen.
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'))
  )
}

/** The name of the class; not of one that the value merely says it has. */
const madeBy = (value: object): string | undefined =>
  (Object.getPrototypeOf(value) as Partial<object> | null)?.constructor?.name

const unwritable = (name: string, what: string): TypeError =>
  new TypeError(
    `cache: ${name === '' ? 'the request' : `'${name}'`} is ${what}, which has no canonical text; name it in 'ignore'`,
  )
