export type Item<Chunk> = IteratorResult<Chunk, undefined>
/** What is handed out in place of the error, when the stream breaks while somebody waits. */
export type OnBreak<Chunk> = (error: unknown) => Promise<Item<Chunk>>

export const END: IteratorReturnResult<undefined> = { done: true, value: undefined }
