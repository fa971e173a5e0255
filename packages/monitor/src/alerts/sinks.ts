import type { Alert } from './alert.ts'
import type { Alerts } from './alerts.ts'

type Source = Pick<Alerts, 'on'>

/** What happened to an alert, for a sink. */
export interface AlertNotice {
  readonly status: 'firing' | 'resolved'
  readonly alert: Alert
}

/** Hands every alert that fires or is resolved to a function; the returned function stops. */
const toSink = (alerts: Source, sink: (notice: AlertNotice) => void): (() => void) => {
  const stops = [
    alerts.on('fired', (alert) => sink({ status: 'firing', alert })),
    alerts.on('resolved', (alert) => sink({ status: 'resolved', alert })),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Writes alerts to the console, or to what is shaped like one. */
export const alertsToConsole = (
  alerts: Source,
  out: Pick<Console, 'error' | 'info'> = console,
): (() => void) =>
  toSink(alerts, ({ status, alert }) => {
    const line = `holdfast ${status} [${alert.severity}] ${alert.rule}: ${alert.summary}`
    if (status === 'firing') out.error(line)
    else out.info(line)
  })

/** How a webhook is called: `fetch`, or a pipeline of yours around it, with retry. */
export type Send = (request: {
  readonly url: string
  readonly method: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}) => Promise<unknown>

/** The body that is posted: enough for a chat (`text`), and all of it for a program. */
const bodyOf = ({ status, alert }: AlertNotice): string =>
  JSON.stringify({ text: `${status.toUpperCase()} ${alert.rule}: ${alert.summary}`, status, alert })

/**
 * Posts alerts to a URL, one after the other, so that "resolved" never comes before "firing".
 * `send` is a pipeline of yours: `pipeline(post, [retry(), timeout({ timeoutMs: 5_000 })])`. What it gives up on is
 * told on the console: an alert must not fail in silence.
 */
export const alertsToWebhook = (
  alerts: Source,
  {
    url,
    send,
    headers = {},
  }: {
    readonly url: string
    readonly send: Send
    readonly headers?: Readonly<Record<string, string>>
  },
): (() => void) => {
  let queue: Promise<unknown> = Promise.resolve()
  return toSink(alerts, (notice) => {
    const request = {
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: bodyOf(notice),
    } as const
    queue = queue
      .then(() => send(request))
      .catch((error: unknown) => {
        console.error(`holdfast: the alert '${notice.alert.rule}' could not be posted`, error)
      })
  })
}
