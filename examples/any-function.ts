import { cache } from '@holdfast/cache'
import { pipeline, timeout, type Handler } from '@holdfast/core'
import { retry } from '@holdfast/retry'

// No SDK and no model: a policy works on any async function. Here it is one that asks a web service with `fetch`.

/** Asks for the temperature at a place; rejects as `fetch` does, or with the response when that is an error. */
const askWeather =
  (url: string) =>
  async (city: string, { signal }: { readonly signal: AbortSignal }): Promise<number> => {
    const response = await fetch(`${url}?city=${encodeURIComponent(city)}`, { signal })
    // The response itself is a fine thing to throw: its status and its Retry-After are read from it.
    // oxlint-disable-next-line typescript/only-throw-error
    if (!response.ok) throw response
    return ((await response.json()) as { readonly celsius: number }).celsius
  }

/** The same function, but patient, bounded in time, and not asking twice within a minute. */
export const weather = (url: string): Handler<string, number> =>
  pipeline(askWeather(url), [
    cache({ scope: 'shared', ttlMs: 60_000 }),
    retry({ maxAttempts: 3, baseDelayMs: 50 }),
    timeout({ timeoutMs: 2_000 }),
  ])

/** A service that is overloaded at first. */
export const startWeatherService = async (): Promise<{ url: string; close: () => void }> => {
  const { createServer } = await import('node:http')
  let requests = 0
  const server = createServer((_, response) => {
    if (++requests === 1) response.writeHead(503, { 'retry-after': '0.1' }).end()
    else response.end(JSON.stringify({ celsius: 19 }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

if (import.meta.main) {
  const service = await startWeatherService()
  const ask = weather(service.url)
  ask.events.on('retry:scheduled', ({ fault, delayMs }) =>
    console.log(`${fault.message}: again in ${Math.round(delayMs)} ms`),
  )
  console.log(`${await ask('Bern')} °C in Bern`)
  service.close()
}
