import { liveOf, type Context, type Dialect } from '@holdfast/core'
import { replay } from '@holdfast/core/stream'

import type { CacheEntry } from './store.ts'

type Kept = Pick<CacheEntry, 'response' | 'as'>

/**
 * An answer in a form that a store can hold; undefined for one that has none. Of a stream it must be asked for before the
 * stream is read: what passes is recorded, and is all there when the stream is over.
 */
export const kept = (response: unknown, dialect: Dialect | undefined): Kept | undefined => {
  const frozen = dialect?.freeze?.(response)
  if (frozen !== undefined) return { response: frozen, as: 'frozen' }
  if (isShareable(response)) return { response }
  const live = liveOf(response)
  // What carries a stream has a head of its own, which only a dialect could keep.
  if (live === undefined || live !== response) return undefined
  const chunks: unknown[] = []
  live.tap({
    chunk: (chunk) => void chunks.push(chunk),
    // What broke and began anew is kept as it was the second time.
    seam: ({ kind }) => void (kind === 'reset' && chunks.splice(0)),
  })
  return { response: chunks, as: 'chunks' }
}

/** The answer again; a stream from its chunks, the first of which is there at once. */
export const restored = (
  { response, as }: CacheEntry,
  ctx: Pick<Context, 'dialect' | 'scope' | 'classify'>,
): unknown => {
  if (as === 'frozen') return ctx.dialect?.thaw?.(response)
  return as === 'chunks' ? replay(response as unknown[], ctx, ctx.dialect?.stream) : response
}

/** What tells an answer that can be read once only: a `Response`, a `ReadableStream`, an async generator. */
const READ_ONCE = ['bodyUsed', 'getReader', Symbol.asyncIterator]

/** Can several callers read this answer? */
export const isShareable = (response: unknown): boolean =>
  liveOf(response) === undefined &&
  !(typeof response === 'object' && response !== null && READ_ONCE.some((name) => name in response))

/**
 * Is this answer whole, and safe to give again? Without a dialect nobody can tell, and what the validators let through
 * is taken for it. With one, the model must have stopped by itself: a cut, filtered, refused or unreadable answer is
 * none, and tool calls are acts that must not be replayed unless asked for.
 */
export const isComplete = (
  response: unknown,
  dialect: Dialect | undefined,
  toolCalls: boolean,
): boolean => {
  const seen = liveOf(response)?.seen
  if (dialect === undefined && seen === undefined) return true
  if (seen === undefined && !dialect?.isResponse(response)) return false
  const { finish, refusal, tools } = seen ?? dialect!.read(response)
  if (refusal !== undefined && refusal !== '') return false
  if (tools.length > 0 || finish === 'tool-calls') return toolCalls
  return finish === 'stop'
}
