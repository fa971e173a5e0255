import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import type { ChatBody } from '../engine/bodies.ts'
import type { Engine } from '../engine/engine.ts'
import { play } from '../engine/play.ts'
import { providerOf } from '../virtual/fetch.ts'

export interface WireServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** The engine behind a real HTTP server on loopback; time is that of the globals, less `startedAt`. */
export const startServer = async (engine: Engine, startedAt: number): Promise<WireServer> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(request)) as ChatBody
    const now = performance.now() - startedAt
    const exchange = engine.handle(providerOf(request.url ?? ''), body, now)
    const hangUp = play(exchange, {
      head(status, headers) {
        response.writeHead(status, headers)
        response.flushHeaders()
      },
      write: (data) => response.write(data),
      close: () => response.end(),
      reset: () => response.destroy(),
    })
    response.on('close', hangUp)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  })
  // An idle connection that we closed would be a fault that no scenario asked for.
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
