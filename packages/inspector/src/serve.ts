import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { ConfigurationError, integer, optional, resolveOptions, rule, text } from '@holdfast/core'

import type { Feed } from './feed.ts'
import { isLoopback, refusal, type Door } from './guard.ts'
import { HEADERS } from './headers.ts'
import { pageFiles } from './page.ts'
import type { Recording } from './seen.ts'

/** Where the page is to be seen. */
export interface ListenOptions {
  /** Anything else than this machine needs a `token`. @default '127.0.0.1' */
  readonly host?: string
  /** Who does not have it sees nothing; at least 16 characters. @default none on this machine */
  readonly token?: string
}

/** The page, while it can be seen. */
export interface Listening {
  /** What to open in a browser, token included. */
  readonly url: string
  close(): Promise<void>
}

/** What applies where an option is not given. */
export const LISTEN_DEFAULTS: { readonly host: string; readonly token?: string } = {
  host: '127.0.0.1',
}

const RULES = {
  host: text,
  token: optional(
    rule('at least 16 characters', (value) => typeof value === 'string' && value.length >= 16),
  ),
  port: integer(0),
}

/** What the server shows: the journal of this process, or a recording of another one. */
export interface Shown {
  recording(): Recording
  readonly feed: Feed
}

/** Serves the page on a port; 0 takes any free one. */
export const serve = async (
  shown: Shown,
  port: number,
  options: ListenOptions | undefined,
): Promise<Listening> => {
  const { host, token } = resolveOptions<typeof LISTEN_DEFAULTS & { port: number }>(
    'inspector.listen',
    { ...options, port },
    { ...LISTEN_DEFAULTS, port },
    RULES,
  )
  const loopback = isLoopback(host)
  if (!loopback && token === undefined)
    throw new ConfigurationError(
      `inspector.listen: ${host} can be reached from elsewhere: give a token, or leave host out`,
    )
  await pageFiles()
  const door = { loopback, token, cookie: 'holdfast-inspector' }
  const server = createServer((request, response) => {
    answer(request, response, shown, door).catch(() => response.destroy())
  })
  await listening(server, port, host)
  const at = server.address() as AddressInfo
  door.cookie += `-${at.port}`
  const name = at.family === 'IPv6' ? `[${at.address}]` : at.address
  const query = token === undefined ? '' : `?token=${encodeURIComponent(token)}`
  return {
    url: `http://${name}:${at.port}/${query}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        shown.feed.close()
        server.closeAllConnections()
      }),
  }
}

const listening = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  shown: Shown,
  door: Door,
): Promise<void> => {
  const say = (status: number, body: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain', ...headers })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  const { headers } = request
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://inspector')
  const given = searchParams.get('token') ?? undefined
  const refused = refusal(
    {
      path,
      given,
      host: headers.host,
      origin: headers.origin,
      site: headers['sec-fetch-site'],
      cookies: headers.cookie,
      authorization: headers.authorization,
    },
    door,
  )
  if (refused !== undefined) return say(refused.status, refused.why)
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return say(405, 'this page only looks', { allow: 'GET, HEAD' })

  // Out of the address bar, the history, and whatever is shared of them.
  if (path === '/' && given !== undefined && door.token !== undefined)
    return say(303, '', {
      location: '/',
      'set-cookie': `${door.cookie}=${encodeURIComponent(door.token)}; HttpOnly; SameSite=Strict; Path=/`,
    })
  if (path === '/events') {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' })
    if (!shown.feed.open(response, shown.recording())) response.end()
    return
  }
  if (path === '/recording.json')
    return say(200, JSON.stringify(shown.recording()), {
      'content-type': 'application/json',
      'content-disposition': 'attachment; filename="holdfast-recording.json"',
    })
  const file = (await pageFiles())[path]
  return file === undefined
    ? say(404, 'there is nothing here')
    : say(200, file.body, { 'content-type': file.type })
}
