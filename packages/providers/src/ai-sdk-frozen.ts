import { liveOf } from '@holdfast/core'
import type { AnswerStream } from '@holdfast/core'

import type { AiSdkResponse } from './ai-sdk.ts'
import { fields } from './shape.ts'
import type { Fields } from './shape.ts'

/**
 * A result of a language model as plain data, for a store; undefined for a stream without a result around it,
 * which has nothing but its chunks.
 *
 * Of a stream it must be taken before the stream is read: its parts are added as they pass, and all are there when
 * `settled(result)` has resolved.
 */
export function freeze(result: AiSdkResponse): unknown {
  const live = liveOf(result)
  // Results of `generateText` are objects of a class, whose getters no store can keep.
  if (live === undefined)
    return Object.getPrototypeOf(result) === Object.prototype ? asData(result) : result
  if (live === (result as unknown)) return undefined
  return { ...(asData({ ...result, stream: undefined }) as object), stream: recorded(live) }
}

/** The result again; the parts of a stream are all there at once. */
export function thaw(frozen: unknown): AiSdkResponse {
  const { stream } = fields(frozen)
  const given = Array.isArray(stream)
    ? { ...fields(frozen), stream: streamOf(stream as readonly unknown[]) }
    : frozen
  return given as AiSdkResponse
}

function recorded(live: AnswerStream): readonly unknown[] {
  const parts: unknown[] = []
  live.tap({
    chunk: (part) => void parts.push(asData(part)),
    // What broke and began anew is kept as it was the second time.
    seam: ({ kind }) => void (kind === 'reset' && parts.splice(0)),
  })
  return parts
}

const streamOf = (parts: readonly unknown[]): ReadableStream<unknown> =>
  new ReadableStream({
    start(to) {
      for (const part of parts) to.enqueue(part)
      to.close()
    },
  })

/**
 * As JSON has it: files in base64 and addresses as texts, which the SDK takes as well. Dates are left out, for it takes
 * nothing but a `Date`, and puts in that of the day.
 */
function asData(value: unknown): unknown {
  const plain = function (this: Fields, name: string, given: unknown): unknown {
    // By the object that holds it: what is given has been made a text already.
    const held = this[name]
    if (held instanceof Date) return undefined
    return held instanceof Uint8Array ? base64(held) : given
  }
  return JSON.parse(JSON.stringify(value, plain))
}

const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
