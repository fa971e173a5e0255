import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Answerer } from './answers/answer.ts'
import { statsOf, type LogEntry, type Stats } from './books.ts'
import { checkFields, wholeNumber, type Check } from './check.ts'
import { promptKey } from './key.ts'
import { isLoopback } from './loopback.ts'
import { startPlay } from './play.ts'
import type { ChaosRequest } from './request.ts'
import type { Scenario } from './scenario/scenario.ts'
import { validateScenario } from './scenario/validate.ts'
import { serve } from './serve.ts'

/** What a fault server can be told beside its scenario. */
export interface FaultServerOptions {
  /** @default 0: any free port */
  readonly port?: number
  /** The healthy model. @default self-checking answers, see `answerFor` and `readInvoice` */
  readonly answer?: Answerer
  /** Which requests are attempts of the same one. @default their last user message */
  readonly keyOf?: (request: ChaosRequest) => string
}

/** A running server; `await using` closes it. */
export interface FaultServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`; OpenAI clients want `/v1` behind it, Anthropic's and Google's do not. */
  readonly url: string
  readonly port: number
  /** Every request that arrived, in order of arrival; the newest may still be on their way. */
  readonly log: readonly LogEntry[]
  readonly stats: () => Stats
  /** Begins the scenario again: time 0, attempt 1, full buckets, empty books. */
  readonly restart: () => void
  /** Begins another scenario. */
  readonly setScenario: (scenario: Scenario) => void
  /** Drops every connection; afterwards nothing of the server is left, no socket and no timer. */
  readonly close: () => Promise<void>
}

const aFunction: Check = (value) => (typeof value === 'function' ? undefined : 'a function')

const OPTIONS: Readonly<Record<keyof FaultServerOptions, Check>> = {
  port: (value) =>
    wholeNumber(value) === undefined && Number(value) >= 0 && Number(value) <= 65_535
      ? undefined
      : 'a port from 0 to 65535',
  answer: aFunction,
  keyOf: aFunction,
}

/** A defect, most likely in a given `answer` or `keyOf`: it must not pass for a fault of the scenario. */
const confess = (res: ServerResponse, error: unknown): void => {
  if (res.headersSent) return void res.destroy()
  const message = `The fault server itself failed: ${String(error)}`
  res.writeHead(500, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ error: { message, type: 'chaos_defect', param: null, code: null } }))
}

/**
 * Starts a provider on 127.0.0.1, and on no other address, that fails as the scenario says.
 *
 * @throws ScenarioError with a sentence that names the field of the scenario or the option.
 */
export const startFaultServer = async (
  scenario: Scenario,
  options: FaultServerOptions = {},
): Promise<FaultServer> => {
  checkFields('options', options, OPTIONS)
  const { port = 0, answer, keyOf = promptKey } = options
  let play = startPlay(validateScenario(scenario), keyOf, answer)

  const closing = new AbortController()
  const server = createServer((req, res) => {
    // A page in a browser may resolve its own name to 127.0.0.1; it still says that name here.
    if (isLoopback(req.headers.host))
      serve(play, req, res, closing.signal).catch((error: unknown) => confess(res, error))
    else res.writeHead(421).end()
  })
  // An idle connection that we closed would be a fault that no scenario asked for.
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  const bound = (server.address() as AddressInfo).port
  const close = async (): Promise<void> => {
    if (closing.signal.aborted) return
    closing.abort()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const begin = (script = play.script): void => {
    play = startPlay(script, keyOf, answer)
  }
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    get log() {
      return play.log
    },
    stats: () => statsOf(play.log),
    restart: () => begin(),
    setScenario: (next) => begin(validateScenario(next)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
