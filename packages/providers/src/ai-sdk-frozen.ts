import { liveOf } from '@holdfast/core'
import type { AnswerStream } from '@holdfast/core'

import type { AiSdkResponse } from './ai-sdk.ts'
import { fields, words } from './shape.ts'
import type { Fields } from './shape.ts'

/**
 * A result of a language model as plain data, for a store; undefined for a stream without a result around it.
 *
 * Of a stream it must be taken before the stream is read: its parts are added as they pass, and all are there when
 * `settled(result)` has resolved.
 */
export function freeze(result: AiSdkResponse): unknown {
  const live = liveOf(result)
  if (live === undefined) return isPlain(result) ? asData(result) : result
  if (live === (result as unknown)) return undefined
  return { ...(asData({ ...result, stream: undefined }) as object), stream: recorded(live) }
}

/** The result again; the parts of a stream are all there at once. */
export function thaw(frozen: unknown): AiSdkResponse {
  if (!isPlain(frozen)) return frozen as AiSdkResponse
  const result = asGiven(frozen) as AiSdkResponse & { readonly stream?: readonly unknown[] }
  return result.stream ? ({ ...result, stream: streamOf(result.stream) } as never) : result
}

/** Results of `generateText` are objects of a class, whose getters no store can keep. */
const isPlain = (value: unknown): boolean => Object.getPrototypeOf(value) === Object.prototype

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

/** As JSON has it, dates and addresses under a mark, files in base64, which the SDK takes as well. */
function asData(value: unknown): unknown {
  const marked = function (this: Fields, name: string, given: unknown): unknown {
    // By the object that holds it, for it has turned itself into a text already.
    const held = this[name]
    if (held instanceof Date) return { '~date': given }
    if (held instanceof URL) return { '~url': given }
    return held instanceof Uint8Array ? base64(held) : given
  }
  return JSON.parse(JSON.stringify(value, marked))
}

const asGiven = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data), (_, value: unknown) => {
    const { '~date': date, '~url': url } = fields(value)
    return words(date) ? new Date(date as string) : words(url) ? new URL(url as string) : value
  })

const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
