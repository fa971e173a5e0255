/** What the bare loops read: the chunks of a Chat Completions stream, made once. */
export interface ChatChunk {
  readonly choices: readonly {
    readonly delta: { readonly content?: string }
    readonly finish_reason: string | null
  }[]
}

const chunkOf = (content: string | undefined, finish: string | null): ChatChunk => ({
  choices: [{ delta: content === undefined ? {} : { content }, finish_reason: finish }],
})

const WORD = chunkOf('word ', null)
const LAST = chunkOf(undefined, 'stop')

export async function* generator(chunks: number): AsyncGenerator<ChatChunk, undefined> {
  for (let i = 1; i < chunks; i++) yield WORD
  yield LAST
}

export const readable = (chunks: number): ReadableStream<ChatChunk> => {
  let i = 0
  return new ReadableStream<ChatChunk>(
    {
      pull(to) {
        i++
        to.enqueue(i < chunks ? WORD : LAST)
        if (i === chunks) to.close()
      },
    },
    { highWaterMark: 0 },
  )
}

export const drain = async (source: AsyncIterable<unknown>): Promise<number> => {
  let seen = 0
  for await (const _ of source) seen++
  return seen
}
