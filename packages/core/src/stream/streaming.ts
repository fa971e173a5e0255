import type { Context } from '../context.ts'
import type { StreamProtocol } from '../dialect.ts'
import type { AnswerStream } from '../live.ts'
import { callable, oneOf, optional, resolveOptions, rule } from '../options.ts'
import { promised } from '../promised.ts'
import { AbortScope } from '../scope.ts'
import type { Provider } from '../target.ts'
import type { Reading } from './errors.ts'
import { Feed } from './feed.ts'
import { LiveStream } from './live-stream.ts'
import { plain } from './seen.ts'
import { readerOf, type Reader, type StreamSource } from './source.ts'

export interface StreamingOptions {
  /** How to read the chunks. @default that of the pipeline's dialect, else `plain` */
  readonly protocol?: StreamProtocol
  /**
   * Must the protocol's own end come? `optional` for a gateway that never sends one: a cut then passes for an end.
   * @default 'required'
   */
  readonly terminator?: 'required' | 'optional'
}

export const STREAMING_DEFAULTS = { terminator: 'required' } as const

const RULES = {
  protocol: optional(
    rule('a stream protocol with a read function', (v) =>
      callable.test((v as { read?: unknown } | null)?.read),
    ),
  ),
  terminator: oneOf('required', 'optional'),
}

/**
 * Makes a provider of one that streams: its promise settles at the first content, so that until then every policy treats
 * a stream as an ordinary answer; after that the stream tells by `over` how it went.
 *
 * @example
 * const chat = pipeline(
 *   streaming((body: Body, { signal }) => openai.chat.completions.create({ ...body, stream: true }, { signal })),
 *   [retry(), timeout({ firstContentMs: 10_000, idleMs: 15_000 })],
 *   { dialect: openAIChat },
 * )
 * for await (const chunk of await chat(body)) show(chunk)
 */
export const streaming = <Req, Chunk>(
  open: (
    request: Req,
    ctx: Context<NoInfer<Req>>,
  ) => StreamSource<Chunk> | PromiseLike<StreamSource<Chunk>>,
  options?: StreamingOptions,
): Provider<Req, AnswerStream<Chunk>> => {
  const { protocol, terminator } = resolveOptions<StreamingOptions>(
    'streaming',
    options,
    STREAMING_DEFAULTS,
    RULES,
  )
  return (request, ctx) => {
    // A scope of its own: when the consumer stops reading, the provider's signal tells upstream.
    const scope = new AbortScope(ctx.scope)
    const inner = ctx.fork()
    inner.scope = scope
    return promised(
      open as (request: Req, ctx: Context<Req>) => Promise<StreamSource<Chunk>>,
      request,
      inner,
    ).then(
      (source) =>
        openStream(source, { ctx, scope, protocol: protocol ?? ctx.dialect?.stream, terminator }),
      (error: unknown) => {
        scope.release()
        throw error
      },
    )
  }
}

export interface OpenOptions {
  readonly ctx: Reading
  /** What the source was opened with; aborted when nobody reads any more. @default a new one inside that of `ctx` */
  readonly scope?: AbortScope
  readonly protocol?: StreamProtocol | undefined
  readonly terminator?: 'required' | 'optional' | undefined
}

/** Reads a source up to its first content, for adapters; rejects when it fails before that. */
export const openStream = async <Chunk>(
  source: StreamSource<Chunk>,
  { ctx, scope = new AbortScope(ctx.scope), protocol = plain, terminator }: OpenOptions,
): Promise<AnswerStream<Chunk>> => {
  const reader = readerIn(scope, source)
  const strict = terminator !== 'optional'
  const feed = new Feed(reader, protocol as StreamProtocol<Chunk>, ctx, scope, strict)
  await feed.peek(() => feed.beats > 0)
  feed.opened = true
  return new LiveStream(feed)
}

/** What cannot be read (no stream, or one that is locked) leaves no scope behind. */
const readerIn = <Chunk>(scope: AbortScope, source: StreamSource<Chunk>): Reader<Chunk> => {
  try {
    return readerOf(source)
  } catch (error) {
    scope.release()
    throw error
  }
}
