/**
 * Would the same request go out with an empty body (T34)? A stream can be read once: the attempt that failed has
 * taken it. `bodyUsed` covers the `Request` of browsers that do not show its stream.
 */
export function isConsumed(request: unknown): boolean {
  if (typeof request !== 'object' || request === null) return false
  const { body, bodyUsed } = request as { body?: unknown; bodyUsed?: unknown }
  return bodyUsed === true || body instanceof ReadableStream
}
