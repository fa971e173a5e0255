/**
 * Would the same request go out with an empty body, or an empty file in it (T34)? A stream can be read once: the attempt
 * that failed has taken it. `bodyUsed` covers the `Request` of browsers that do not show its stream.
 */
export function isConsumed(request: unknown): boolean {
  if (typeof request !== 'object' || request === null) return false
  const { body, bodyUsed } = request as { body?: unknown; bodyUsed?: unknown }
  return bodyUsed === true || [body, ...Object.values(request)].some(isStream)
}

/** Of the web, of Node (`fs.createReadStream`), or an async generator. */
const isStream = (value: unknown): boolean =>
  ['getReader', Symbol.asyncIterator].some((name) => name in (Object(value) as object))
