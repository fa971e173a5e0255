import { nothingSeen } from '@holdfast/core'
import type { Seen, StreamProtocol } from '@holdfast/core'

/** What a stream of these chunks says, and what kind of content each of them brought. */
export function readStream(
  protocol: StreamProtocol,
  chunks: readonly unknown[],
): { readonly seen: Seen; readonly contents: readonly (Seen['content'] | '-')[] } {
  const seen = nothingSeen()
  const contents = chunks.map((chunk): Seen['content'] | '-' => {
    seen.content = undefined
    protocol.read(chunk, seen)
    return seen.content ?? '-'
  })
  return { seen, contents }
}
