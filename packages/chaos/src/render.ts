import { completionTokens } from './completion.ts'
import { limitHeaders, ownHint, spellHint, type Limits, type SpelledHint } from './hints.ts'
import type { Plan, ProblemReply } from './plan.ts'
import { edgePage } from './problems/edge.ts'
import type { ProblemName, ProblemText } from './problems/problem.ts'
import { PROBLEM_TEXTS } from './problems/table.ts'
import { MANNERS } from './wires/manners.ts'
import { quiet, type Exchange, type Piece, type Wire } from './wires/wire.ts'

/** A response, ready to be sent. */
export interface Rendered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly pieces: readonly Piece[]
  /** Whether the model worked for it: only then is anything billed. */
  readonly billed: boolean
}

const HTML_TYPE = 'text/html; charset=UTF-8'

const LOGIN_PAGE =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in to the network.</body></html>'

const typeOf = ({ provider }: Wire, events: boolean): string =>
  MANNERS[provider].types[events ? 'events' : 'json']

/** The headers that every response of a provider carries. */
const houseHeaders = (
  wire: Wire,
  { id, wallMs }: Exchange,
  limits?: Limits,
): Record<string, string> => ({
  ...MANNERS[wire.provider].headers(id),
  ...(limits && limitHeaders(wire.provider, limits, wallMs)),
})

const fillIn = (text: ProblemText, { request, inputTokens }: Exchange): ProblemText =>
  JSON.parse(JSON.stringify(text), (_key, value: unknown) =>
    typeof value === 'string'
      ? value
          .replace('{model}', () => request.model)
          // A prompt that is too long has more tokens than any window that the messages speak of.
          .replace('{tokens}', String(200_000 + inputTokens))
      : value,
  ) as ProblemText

/** An error in the words of the wire's provider. */
export const problemText = (wire: Wire, exchange: Exchange, name: ProblemName): ProblemText =>
  fillIn(PROBLEM_TEXTS[wire.provider][name], exchange)

/** The JSON body of an error. */
export const errorBody = (
  wire: Wire,
  exchange: Pick<Exchange, 'id'>,
  text: ProblemText,
  retryDelay?: string,
): string => JSON.stringify(MANNERS[wire.provider].error(exchange, text, retryDelay))

const renderProblem = (
  wire: Wire,
  exchange: Exchange,
  reply: ProblemReply,
  limits: Limits | undefined,
): Rendered => {
  const text = problemText(wire, exchange, reply.name)
  const status = reply.status ?? text.status
  const { hint = ownHint(wire.provider), retryAfterMs } = reply
  const spelled: SpelledHint =
    retryAfterMs === undefined
      ? { headers: {}, text: '' }
      : spellHint(hint, retryAfterMs, exchange.wallMs, wire.provider)
  const said = { ...text, message: text.message + spelled.text }
  // An error that poses as a stream is its first and only event.
  const event = status === 200 && exchange.request.stream
  const page = text.html === true && status !== 200
  const type = page ? HTML_TYPE : typeOf(wire, event)
  const body = page
    ? edgePage(status, text.message)
    : event
      ? wire.errorEvent(exchange, said, 0)
      : errorBody(wire, exchange, said, spelled.retryDelay)
  return {
    status,
    headers: {
      'content-type': type,
      // The edge never reached the provider, so it knows nothing of request ids.
      ...(page
        ? { server: 'cloudflare' }
        : houseHeaders(wire, exchange, reply.name === 'rate-limited' ? limits : undefined)),
      ...(text.shouldRetry !== undefined && { 'x-should-retry': String(text.shouldRetry) }),
      ...spelled.headers,
    },
    pieces: [quiet(body)],
    billed: false,
  }
}

/** Spells a planned reply: status, headers and body, byte for byte. */
export const render = (
  wire: Wire,
  exchange: Exchange,
  { reply }: Plan,
  limits?: Limits,
): Rendered => {
  if (reply.kind === 'problem') return renderProblem(wire, exchange, reply, limits)
  if (reply.kind === 'page')
    return {
      status: 200,
      headers: { 'content-type': HTML_TYPE },
      pieces: [quiet(LOGIN_PAGE)],
      billed: false,
    }
  const { stream } = exchange.request
  const headers = {
    'content-type': typeOf(wire, stream),
    ...houseHeaders(wire, exchange, limits),
  }
  if (reply.kind === 'nothing') return { status: 200, headers, pieces: [], billed: false }
  const { completion } = reply
  return {
    status: 200,
    headers,
    pieces: stream
      ? wire.stream(exchange, completion)
      : [
          {
            data: JSON.stringify(wire.answer(exchange, completion)),
            tokens: completionTokens(completion),
          },
        ],
    billed: true,
  }
}
