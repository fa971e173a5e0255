import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

/** What goes out in place of a healthy answer. */
export interface Sent {
  /** @default 200 */
  readonly status?: number
  /** In place of those of a stream. */
  readonly headers?: Readonly<Record<string, string>>
  /** Each on its way before the next is written. */
  readonly pieces: readonly (string | Uint8Array)[]
  /** @default 'cleanly' */
  readonly ends?: 'cleanly' | 'by reset'
}

/** What becomes of the text of a healthy answer; `url` is where it would come as it is. */
export type Distort = (body: string, url: string) => Sent

/** A gateway between a client and a server. */
export interface BadLine extends AsyncDisposable {
  readonly url: string
}

const write = async (
  res: ServerResponse,
  { status, headers, pieces, ends }: Sent,
): Promise<void> => {
  res.writeHead(status ?? 200, { 'content-type': 'text/event-stream', ...headers })
  res.flushHeaders()
  for (const piece of pieces) {
    await new Promise((written) => res.write(piece, written))
    await turn()
  }
  if (ends === 'by reset') res.socket?.destroy()
  else res.end()
}

/** Starts a gateway to `upstream` that distorts the first answer, and hands on all others as they are. */
export const startBadLine = async (upstream: string, distort: Distort): Promise<BadLine> => {
  let first = true
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = upstream + (req.url ?? '')
    const body = Buffer.concat(await req.toArray())
    const distorted = first
    first = false
    const headers = { 'content-type': 'application/json' }
    const given = await fetch(url, { method: 'POST', headers, body })
    const text = await given.text()
    const asIs = {
      headers: { 'content-type': given.headers.get('content-type') ?? '' },
      pieces: [text],
    }
    // Some wires come with CRLF already.
    await write(res, distorted ? distort(text.replaceAll('\r\n', '\n'), url) : asIs)
  }
  const server = createServer((req, res) => {
    // A defect of ours must not pass for a fault.
    answer(req, res).catch((error: unknown) => res.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
