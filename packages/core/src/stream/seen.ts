import type { StreamProtocol } from '../dialect.ts'

/**
 * Streams without a protocol: every chunk is content and any end is the end. A text, or the `text` of a chunk, is text.
 * Without a terminator a cut cannot be told from an end: use the protocol of a dialect where there is one.
 */
export const plain: StreamProtocol = {
  name: 'plain',
  read(chunk, seen) {
    const text = textOf(chunk)
    if (text !== undefined) seen.text += text
    seen.content = 'text'
    seen.finish = 'stop'
    seen.mayEnd = true
  },
  withoutText(chunk, chars) {
    const text = textOf(chunk)?.slice(chars)
    if (text === undefined) return chunk
    return typeof chunk === 'string' ? text : { ...(chunk as object), text }
  },
}

const textOf = (chunk: unknown): string | undefined => {
  if (typeof chunk === 'string') return chunk
  const text = (chunk as { text?: unknown } | null)?.text
  return typeof text === 'string' ? text : undefined
}
