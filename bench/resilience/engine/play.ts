import { OUTPUT_PRICE, type Exchange } from './engine.ts'

/** Where the bytes of a reply go: into a `Response`, or down a socket. */
export interface Outlet {
  head(status: number, headers: Readonly<Record<string, string>>): void
  write(data: string): void
  close(): void
  /** The connection breaks. */
  reset(): void
}

/** Sends a reply at its own pace; the returned function is for a client that hangs up. */
export const play = ({ reply, attempt }: Exchange, outlet: Outlet): (() => void) => {
  const { frames, end, headersAtMs, status, headers } = reply
  if (headersAtMs === Infinity) return () => {}
  const start = performance.now()
  const streams = frames.length > 1
  let sent = 0
  let timer: ReturnType<typeof setTimeout>

  const at = (ms: number, callback: () => void): void => {
    timer = setTimeout(callback, Math.max(0, start + ms - performance.now()))
  }
  const finish = (): void => {
    if (end === 'close') outlet.close()
    else if (end === 'reset') outlet.reset()
  }
  const proceed = (): void => {
    const now = performance.now() - start
    for (let frame = frames[sent]; frame !== undefined; frame = frames[sent]) {
      // A timer of a real clock may fire a little early.
      if (frame.atMs > now + 0.5) return at(frame.atMs, proceed)
      outlet.write(frame.data)
      // A stream is billed as far as it was sent; a whole answer has been billed when it was ordered.
      if (streams) attempt.cost += frame.tokens * OUTPUT_PRICE
      sent++
    }
    finish()
  }
  at(headersAtMs, () => {
    outlet.head(status, headers)
    proceed()
  })
  return () => clearTimeout(timer)
}
