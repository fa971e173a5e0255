import { oneOf, optional, resolveOptions, rule, text } from '@holdfast/core'
import type { Capabilities, Dialect, Price, Target } from '@holdfast/core'

import { fetchDialect } from './fetch-dialect.ts'
import { credentialFor, rebased, withoutCredentials } from './rebase.ts'
import type { FetchRequest } from './request.ts'

/** Where else a request of the same wire can go. */
export interface EndpointOptions {
  /**
   * The base URL, as an SDK of this wire takes it; a query in it (`?api-version=…`) is added to each request.
   * @default the client's own
   */
  readonly baseURL?: string | undefined
  /** The secret, sent where this wire has it. @default the client's own if `baseURL` is its own too, else none */
  readonly apiKey?: string | undefined
  /** Headers to set, in place of the client's. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The model to ask for. @default the request's */
  readonly model?: string | undefined
  /** Must its streams end with the wire's own mark? @default what `resilientFetch` was told */
  readonly terminator?: 'required' | 'optional' | undefined
  /** Breakers, pace and health are kept per id. @default provider and model */
  readonly id?: string | undefined
  /** @default the host of `baseURL` */
  readonly provider?: string | undefined
  /** The credential's name, never the secret. */
  readonly key?: string | undefined
  readonly capabilities?: Capabilities | undefined
  /** In tokens. */
  readonly contextWindow?: number | undefined
  readonly price?: Price | undefined
}

/** What an endpoint is to a pipeline of HTTP requests. */
export interface EndpointTarget extends Target<FetchRequest, Response> {
  readonly terminator?: 'required' | 'optional'
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

/** Made when it is asked for: who has no endpoint carries none of it in his bundle. */
const rules = () => ({
  baseURL: optional(
    rule('an absolute URL', (v) => typeof v === 'string' && URL.canParse(v) && /^https?:/.test(v)),
  ),
  apiKey: optional(text),
  headers: optional(rule('an object of headers', isObject)),
  model: optional(text),
  terminator: optional(oneOf('required', 'optional')),
  id: optional(text),
  provider: optional(text),
  key: optional(text),
  capabilities: optional(rule('an object of capabilities', isObject)),
  contextWindow: optional(rule('a number of tokens', (v) => (v as number) > 0)),
  price: optional(rule('a price', isObject)),
})

/**
 * A target of `fallback` for the same wire: another base URL, key, deployment or model. Nothing given is the client's own
 * endpoint, for the first place of the list.
 *
 * The client's credentials are never sent to another host.
 *
 * @example
 * resilientFetch([
 *   fallback([
 *     endpoint({ provider: 'openai' }),
 *     endpoint({ baseURL: 'https://api.groq.com/openai/v1', apiKey, model: 'openai/gpt-oss-120b' }),
 *   ]),
 *   retry(),
 * ])
 * @throws ConfigurationError for a bad option
 */
export function endpoint(options: EndpointOptions = {}): EndpointTarget {
  const given = resolveOptions<EndpointOptions>('endpoint', options, {}, rules())
  const { baseURL, apiKey, headers, model, id, ...info } = given
  const provider = given.provider ?? (baseURL === undefined ? 'own' : new URL(baseURL).host)
  const own = new Headers(headers)

  function request(
    from: FetchRequest,
    { dialect }: { dialect: Dialect | undefined },
  ): FetchRequest {
    const wire = (dialect as Dialect<FetchRequest, Response> | undefined) ?? fetchDialect()
    const named = model === undefined ? from : wire.withModel(from, model)
    const url = baseURL === undefined ? named.url : rebased(named.url, baseURL)
    const isOwn = apiKey === undefined && new URL(url).origin === new URL(from.url).origin
    return {
      ...named,
      url,
      headers: {
        ...(isOwn ? named.headers : withoutCredentials(named.headers)),
        ...(apiKey !== undefined && credentialFor(url, apiKey)),
        ...Object.fromEntries(own),
      },
    }
  }
  return {
    ...(info as Omit<EndpointTarget, 'id' | 'provider'>),
    id: id ?? (model === undefined ? provider : `${provider}/${model}`),
    provider,
    ...(model !== undefined && { model }),
    request,
  }
}
