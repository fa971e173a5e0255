import { chat } from './cases.ts'
import { generator } from './source.ts'

const heap = (): number => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Bytes that an open stream holds for each chunk that it has handed out: the text itself, once. */
export const growth = async (): Promise<number> => {
  const CHUNKS = 10_000
  const stream = (await chat(generator, CHUNKS + 10)('hi'))[Symbol.asyncIterator]()
  for (let i = 0; i < 10; i++) await stream.next()
  const before = heap()
  for (let i = 0; i < CHUNKS - 10; i++) await stream.next()
  const bytes = Math.round((heap() - before) / CHUNKS)
  await stream.return?.()
  return bytes
}
