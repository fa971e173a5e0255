import { ConfigurationError } from '../errors.ts'
import { quote } from '../options.ts'
import { promised } from '../promised.ts'

/** What a provider may hand over as a stream. */
export type StreamSource<Chunk> = AsyncIterable<Chunk> | ReadableStream<Chunk>

/** One way to read them both. */
export interface Reader<Chunk> {
  next(): Promise<IteratorResult<Chunk, unknown>>
  /** Lets go of the source, read to its end or not. */
  close(): void
  /** Is a `next` that is under way sure to settle when it is let go of? */
  readonly wakes: boolean
}

const nothing = (): void => {}
const closed = Promise.resolve()

const isReadable = <Chunk>(source: StreamSource<Chunk>): source is ReadableStream<Chunk> =>
  typeof (source as Partial<ReadableStream<Chunk>> | null)?.getReader === 'function'

/** @throws ConfigurationError when it can be read neither way */
export const readerOf = <Chunk>(source: StreamSource<Chunk>): Reader<Chunk> => {
  // The reader first: not every browser can iterate a ReadableStream.
  if (isReadable(source)) {
    const reader = source.getReader()
    return {
      next: () => reader.read(),
      close: () => void reader.cancel().catch(nothing),
      wakes: true,
    }
  }
  const iterator = (source as AsyncIterable<Chunk>)?.[Symbol.asyncIterator]?.()
  if (iterator === undefined)
    throw new ConfigurationError(
      `streaming: the provider must give an async iterable or a ReadableStream, got ${quote(source)}`,
    )
  // By hand, an iterator throws where a generator rejects, and gives bare values where that gives promises (T30, T31).
  const next = (): Promise<IteratorResult<Chunk, unknown>> => iterator.next()
  const close = (): Promise<unknown> => iterator.return?.() ?? closed
  return {
    next: () => promised(next, undefined, undefined),
    // A generator that waits for its upstream takes this only when that has answered: its signal is what wakes it.
    close: () => void promised(close, undefined, undefined).catch(nothing),
    wakes: false,
  }
}
