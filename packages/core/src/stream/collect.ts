import type { Answer } from '../dialect.ts'
import type { AnswerStream } from '../live.ts'

/** A stream that was read to its end. */
export interface Collected<Chunk> extends Answer {
  readonly chunks: readonly Chunk[]
}

/** Reads a stream to its end: the whole answer with its usage, and the chunks; rejects when it breaks. */
export const collect = async <Chunk>(stream: AnswerStream<Chunk>): Promise<Collected<Chunk>> => {
  const chunks: Chunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  const { content: _, toolOpen: _o, ended: _e, mayEnd: _m, error: _r, ...answer } = stream.seen
  return { ...answer, chunks }
}
