import type { IncomingMessage, ServerResponse } from 'node:http'

import { deliver, type OpenEntry } from './deliver.ts'
import { hashOf } from './dice.ts'
import type { Fate } from './fate.ts'
import { sampleLatency } from './latency.ts'
import { openEntry, type Play } from './play.ts'
import { PROBLEM_TEXTS } from './problems/table.ts'
import { errorBody, problemText, render } from './render.ts'
import { isObject, type ChaosRequest } from './request.ts'
import { countTokens } from './tokens.ts'
import { MANNERS } from './wires/manners.ts'
import { wireAt } from './wires/table.ts'
import type { Exchange, Provider, Wire } from './wires/wire.ts'

const readBody = async (req: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Aborts when the client leaves; what the server breaks off itself is not the client's doing. */
const untilGone = (res: ServerResponse, closing: AbortSignal): AbortSignal => {
  const gone = new AbortController()
  const leave = (): void => gone.abort()
  closing.addEventListener('abort', leave, { once: true })
  res.once('close', () => {
    closing.removeEventListener('abort', leave)
    leave()
  })
  // Who left while the body was being read has no 'close' event to come.
  if (closing.aborted || res.socket?.destroyed !== false) leave()
  return gone.signal
}

const answerFate = async (
  play: Play,
  wire: Wire,
  exchange: Exchange,
  { plan, limits }: Fate,
  entry: OpenEntry,
  res: ServerResponse,
  closing: AbortSignal,
): Promise<void> => {
  const { script } = play
  const { delivery, factor, delayMs } = plan
  // An error is quick: no model was asked.
  const asked = plan.reply.kind === 'answer'
  const latencyMs = asked
    ? sampleLatency(script.latencyMs, 'latency', script.seed, entry.key, entry.attempt)
    : 0
  const problem = delivery.how === 'error-event' ? delivery.problem : 'server-error'
  const parcel = {
    rendered: render(wire, { ...exchange, withoutUsage: plan.withoutUsage }, plan, limits),
    delivery,
    pace: {
      firstMs: latencyMs * factor + delayMs,
      perTokenMs: (1000 * factor) / script.tokensPerSecond,
    },
    inputTokens: exchange.inputTokens,
    stream: asked && exchange.request.stream,
    ping: wire.ping,
    errorEvent: (before: number) =>
      wire.errorEvent(exchange, problemText(wire, exchange, problem), before),
  }
  const gone = untilGone(res, closing)
  try {
    await deliver(res, parcel, entry, gone)
  } catch (error) {
    if (!gone.aborted) throw error
    entry.aborted = !closing.aborted
  }
}

/** A request that made no sense, and what its provider says to it. */
interface Rejection {
  readonly status: number
  readonly body: string
  readonly path: string
  readonly provider: Provider
}

const rejectedId = (number: number): string => hashOf('rejected', number)

const reject = (
  { log, now }: Play,
  res: ServerResponse,
  { status, body, path, provider }: Rejection,
): void => {
  const entry = openEntry({
    at: now(),
    key: '',
    attempt: 0,
    endpoint: path,
    model: '',
    fault: 'rejected',
  })
  const { types, headers } = MANNERS[provider]
  res.writeHead(status, { 'content-type': types.json, ...headers(rejectedId(log.length)) })
  log.push({ ...entry, status })
  res.end(body)
}

const invalidUrl = (method: string, path: string): string =>
  JSON.stringify({
    error: {
      message: `Invalid URL (${method} ${path})`,
      type: 'invalid_request_error',
      param: null,
      code: null,
    },
  })

const exchangeOf = (request: ChaosRequest, ...seed: readonly (string | number)[]): Exchange => ({
  request,
  id: hashOf('id', ...seed),
  wallMs: Date.now(),
  inputTokens: countTokens(request.input),
  withoutUsage: false,
})

/** Answers one HTTP request in the wire of its path, as the play has decided. */
export const serve = async (
  play: Play,
  req: IncomingMessage,
  res: ServerResponse,
  closing: AbortSignal,
): Promise<void> => {
  const [path = '/'] = (req.url ?? '/').split('?')
  const method = req.method ?? 'GET'
  const wire = wireAt(path)
  const body = parse(await readBody(req))
  if (wire === undefined || method !== 'POST')
    return reject(play, res, {
      status: 404,
      body: invalidUrl(method, path),
      path,
      provider: 'openai',
    })

  const request = isObject(body)
    ? wire.read(body, req.headers, req.url ?? path)
    : 'We could not parse the JSON body of your request.'
  if (typeof request === 'string') {
    const { type } = PROBLEM_TEXTS[wire.provider]['bad-request']
    const text = { status: 400, type, message: request }
    const exchange = { id: rejectedId(play.log.length) }
    return reject(play, res, {
      status: 400,
      body: errorBody(wire, exchange, text),
      path,
      provider: wire.provider,
    })
  }

  const { entry, fate } = play.admit(request)
  const exchange = exchangeOf(request, play.script.seed, entry.key, entry.attempt)
  return answerFate(play, wire, exchange, fate, entry, res, closing)
}
