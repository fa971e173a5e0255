import type { StreamProtocol } from '../dialect.ts'
import type { AnswerStream } from '../live.ts'
import { AbortScope } from '../scope.ts'
import type { Reading } from './errors.ts'
import { Feed } from './feed.ts'
import { LiveStream } from './live-stream.ts'
import { plain } from './seen.ts'

/** A stream that ended long ago, from its recorded chunks: the first is there at once. */
export const replay = async <Chunk>(
  chunks: readonly Chunk[],
  ctx: Reading,
  protocol: StreamProtocol = plain,
): Promise<AnswerStream<Chunk>> => {
  const left = chunks.values()
  const feed = new Feed<Chunk>(
    {
      next: () => Promise.resolve(left.next() as IteratorResult<Chunk, unknown>),
      close: () => {},
      wakes: true,
    },
    protocol as StreamProtocol<Chunk>,
    ctx,
    new AbortScope(ctx.scope),
    false,
  )
  await feed.peek(() => false)
  feed.opened = true
  return new LiveStream(feed)
}
