/**
 * Reads server-sent events as thousands of applications do by hand: split at blank lines, parse the data, stop at
 * `[DONE]`. It notices neither a cut nor an error in the stream.
 *
 * @throws Error when the status is not a good one, SyntaxError when the data is not JSON.
 */
export async function* readEvents(response: Response): AsyncGenerator {
  if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`)
  let buffer = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    buffer += text
    const events = buffer.split(/\r?\n\r?\n/)
    buffer = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1]
      if (data === '[DONE]') return
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}
