import type { AnswerStream } from '@holdfast/core'

import { isDone } from './chunk.ts'
import type { EventChunk } from './chunk.ts'

/**
 * A guarded stream as the body of a response: read at the caller's pace, and an error where the answer broke off.
 * Clients raise an error of the body; a body that just ends they take for a whole answer.
 */
export function bodyOf(stream: AnswerStream<EventChunk | Uint8Array>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const chunks = stream[Symbol.asyncIterator]()
  const pull = async (to: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const { done, value } = await chunks.next()
    if (done === true) return to.close()
    // Clients stop reading at this mark: whether it was the end must be known before they see it.
    const isLast = !(value instanceof Uint8Array) && isDone(value) && (await chunks.next()).done
    to.enqueue(value instanceof Uint8Array ? value : encoder.encode(value.raw))
    if (isLast) to.close()
  }
  return new ReadableStream({ pull, cancel: (why) => stream.cancel(why) }, { highWaterMark: 0 })
}
