import { ConfigurationError } from '@holdfast/core'

/** Where the wire's own path begins, whatever base URL stands before it, and where the wire has its credential. */
const WIRES: readonly (readonly [path: RegExp, header: string])[] = [
  [/\/v1\/messages(?:\/.*)?$/, 'x-api-key'],
  [/\/v1(?:alpha|beta)?\d*\/(?:models|tunedModels)\/[^/]+:.*$/, 'x-goog-api-key'],
  [/\/v1(?:alpha|beta)?\d*\/projects\/.*$/, 'authorization'],
  [/\/api\/(?:chat|generate|embed)$/, 'authorization'],
  [
    /\/(?:chat\/completions|completions|responses|embeddings|moderations|images|audio)(?:\/.*)?$/,
    'authorization',
  ],
]

/** Says where in the query a stream is asked for; all else there belongs to the endpoint. */
const KEPT = ['alt']

/**
 * The same resource under another base URL.
 *
 * @throws ConfigurationError for a URL of which nobody knows where its base ends
 */
export function rebased(url: string, baseURL: string): string {
  const from = new URL(url)
  const to = new URL(baseURL)
  const path = WIRES.map(([pattern]) => pattern.exec(from.pathname)?.[0]).find(Boolean)
  if (path === undefined)
    throw new ConfigurationError(
      `endpoint: baseURL cannot be put before ${from.pathname}, a path of no wire that is known`,
    )
  to.pathname = to.pathname.replace(/\/+$/, '') + path
  for (const name of KEPT) {
    const value = from.searchParams.get(name)
    if (value !== null) to.searchParams.set(name, value)
  }
  return to.href
}

const CREDENTIALS: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-goog-user-project',
  'openai-organization',
  'openai-project',
  'cookie',
])

/** Nothing that tells another host who we are at this one. */
export const withoutCredentials = (
  headers: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name)))

/** The header that a key goes into. */
export function credentialFor(url: string, apiKey: string): Record<string, string> {
  const { host, pathname } = new URL(url)
  const wire = WIRES.find(([path]) => path.test(pathname))?.[1] ?? 'authorization'
  const header = host.endsWith('.azure.com') && wire === 'authorization' ? 'api-key' : wire
  return { [header]: header === 'authorization' ? `Bearer ${apiKey}` : apiKey }
}
