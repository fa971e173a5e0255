/**
 * The same client without retries of its own, for the SDKs of OpenAI, Anthropic and Groq: the retries of a client and those
 * of the policies under it multiply.
 *
 * @example
 * const openai = withoutRetries(new OpenAI({ fetch: resilientFetch([retry()]) }))
 */
export const withoutRetries = <
  Client extends { withOptions(options: { maxRetries: number }): Client },
>(
  client: Client,
): Client => client.withOptions({ maxRetries: 0 })
