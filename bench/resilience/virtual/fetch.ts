import type { ChatBody } from '../engine/bodies.ts'
import type { Engine } from '../engine/engine.ts'
import { play } from '../engine/play.ts'
import type { ProviderName } from '../scenario.ts'

/** A failure as undici reports it. */
const fetchFailed = (message: string, cause: string, code: string): TypeError =>
  new TypeError(message, { cause: Object.assign(new Error(cause), { code }) })

export const providerOf = (url: string): ProviderName =>
  url.includes('/fallback/') ? 'fallback' : 'primary'

const bytes = new TextEncoder()

/** `fetch` without a network: the engine answers in this process, and fails as undici would. */
export const virtualFetch =
  (engine: Engine): typeof fetch =>
  async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    signal?.throwIfAborted()
    const body = input instanceof Request ? await input.text() : (init?.body as string)
    const exchange = engine.handle(providerOf(url), JSON.parse(body) as ChatBody, performance.now())

    return new Promise((resolve, reject) => {
      let stream: ReadableStreamDefaultController<Uint8Array> | undefined
      const hangUp = (): void => {
        cancel()
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        hangUp()
        reject(signal?.reason)
        stream?.error(signal?.reason)
      }
      const cancel = play(exchange, {
        head(status, headers) {
          const source = new ReadableStream<Uint8Array>({
            start(controller) {
              stream = controller
            },
            cancel: hangUp,
          })
          resolve(new Response(source, { status, headers }))
        },
        write: (data) => stream?.enqueue(bytes.encode(data)),
        close() {
          hangUp()
          stream?.close()
        },
        reset() {
          hangUp()
          stream?.error(fetchFailed('terminated', 'other side closed', 'UND_ERR_SOCKET'))
        },
      })
      signal?.addEventListener('abort', abort)
    })
  }
