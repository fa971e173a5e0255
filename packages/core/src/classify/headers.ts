const DECISIVE = /retry|ratelimit|request-?id$|^date$|^x-amzn-errortype$/i

/** Copies the headers that decide something, whatever holds them: `Headers`, AxiosHeaders, a plain object. */
export function readHeaders(headers: unknown, into: Record<string, string>): void {
  const take = (value: unknown, name: unknown): void => {
    if (typeof name !== 'string' || !DECISIVE.test(name)) return
    const first: unknown = Array.isArray(value) ? value[0] : value
    if (typeof first === 'string' || typeof first === 'number') {
      into[name.toLowerCase()] ??= String(first).trim()
    }
  }
  if (typeof (headers as Headers).forEach === 'function') (headers as Headers).forEach(take)
  else if (typeof headers === 'object') {
    for (const name in headers) take((headers as Record<string, unknown>)[name], name)
  }
}
