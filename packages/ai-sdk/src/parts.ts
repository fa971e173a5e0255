import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'

import { givenUp } from './give-up.ts'

type Part = LanguageModelV4StreamPart

/** By hand, for not every browser can iterate a stream. */
export const partsOf = (stream: ReadableStream<Part>): AsyncIterator<Part, undefined> => {
  const reader = stream.getReader()
  return {
    next: () => reader.read() as Promise<IteratorResult<Part, undefined>>,
    return: async () => {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

/** How the parts are changed on their way to the host. */
export interface Outlet {
  /** The model that serves now, for hosts whose provider does not say. */
  readonly modelId: () => string
  readonly atFinish: (part: Part & { type: 'finish' }) => Part
}

/**
 * The parts for the host: one `stream-start`, a `response-metadata` that tells the model, an open text for every delta (a
 * continuation comes with ids of its own), and the note of what was tried on the last part.
 */
export const outletOf = (
  parts: AsyncIterator<Part, undefined>,
  { modelId, atFinish }: Outlet,
): ReadableStream<Part> => {
  const waiting: Part[] = []
  const open = new Map<string, 'text' | 'reasoning'>()
  let started = false
  let told = false

  const tell = (part: Part): void => {
    if (part.type === 'stream-start') {
      if (!started) waiting.push(part)
      started = true
      return
    }
    if (part.type === 'response-metadata') {
      told = true
      waiting.push({ ...part, modelId: part.modelId ?? modelId() })
      return
    }
    if (!told && part.type !== 'raw') {
      told = true
      waiting.push({ type: 'response-metadata', modelId: modelId() })
    }
    if (part.type === 'text-start' || part.type === 'reasoning-start') {
      // An answer that begins anew uses the ids of the one that broke.
      const kind = open.get(part.id)
      if (kind !== undefined) waiting.push({ type: `${kind}-end`, id: part.id })
      open.set(part.id, part.type === 'text-start' ? 'text' : 'reasoning')
    } else if (part.type === 'text-delta' || part.type === 'reasoning-delta') {
      const kind = part.type === 'text-delta' ? 'text' : 'reasoning'
      if (!open.has(part.id)) waiting.push({ type: `${kind}-start`, id: part.id })
      open.set(part.id, kind)
    } else if (part.type === 'text-end' || part.type === 'reasoning-end') open.delete(part.id)
    else if (part.type === 'finish') {
      for (const [id, kind] of open) waiting.push({ type: `${kind}-end`, id })
      waiting.push(atFinish(part))
      return
    }
    waiting.push(part)
  }

  return new ReadableStream<Part>(
    {
      async pull(to) {
        try {
          while (waiting.length === 0) {
            const item = await parts.next()
            if (item.done === true) return to.close()
            tell(item.value)
          }
          to.enqueue(waiting.shift()!)
        } catch (error) {
          // An error part would end the host's loop as if all had been said; an error of the stream rejects its promises.
          throw givenUp(error)
        }
      },
      cancel: async () => void (await parts.return?.()),
    },
    { highWaterMark: 0 },
  )
}
