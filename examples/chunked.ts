import { pipeline, timeout, type Context, type Handler } from '@holdfast/core'
import { openAIResponses } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { json, structured } from '@holdfast/validators'
import type OpenAI from 'openai'
import { z } from 'zod'

// A document that is larger than the context window: split at paragraphs, asked piece by piece, and merged. Each piece
// is a call of its own with its own patience, so that one bad answer costs one piece and not the document.

type Ask = OpenAI.Responses.ResponseCreateParamsNonStreaming

export const Names = z.object({ names: z.array(z.string()) })

const askFor = (openai: OpenAI): Handler<Ask, z.infer<typeof Names>> =>
  structured(
    pipeline(
      (body: Ask, { signal }: Context<Ask>): Promise<OpenAI.Responses.Response> =>
        openai.responses.create(body, { signal }),
      [
        retry({ maxAttempts: 3, baseDelayMs: 100 }),
        json(Names, { reask: 1 }),
        timeout({ timeoutMs: 30_000 }),
      ],
      { name: 'names', provider: 'openai', dialect: openAIResponses },
    ),
    Names,
  )

/** All names in a document of any length, in the order in which they come, each once. */
export async function namesIn(
  openai: OpenAI,
  document: string,
  { maxChars = 8_000, concurrency = 4 }: { maxChars?: number; concurrency?: number } = {},
): Promise<readonly string[]> {
  const ask = askFor(openai)
  const pieces = split(document, maxChars)
  const found = await inTurn(pieces, concurrency, async (piece) => {
    const { names } = await ask({
      model: 'gpt-5-mini',
      input: `List the names of people in this text, as JSON { "names": [] }.\n\n${piece}`,
    })
    return names
  })
  return [...new Set(found.flat())]
}

/** At paragraphs, each piece as long as it may be; a paragraph that is longer stays whole. */
export function split(document: string, maxChars: number): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  for (const paragraph of document.split(/\n{2,}/)) {
    if (piece !== '' && piece.length + paragraph.length + 2 > maxChars) {
      pieces.push(piece)
      piece = paragraph
    } else piece = piece === '' ? paragraph : `${piece}\n\n${paragraph}`
  }
  return [...pieces, piece]
}

/** Results in the order of the items, so many at a time. */
async function inTurn<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}

/** A model that finds words with two capital letters, and now and then forgets the shape. */
export const nameFinder = (
  { prompt, input }: { prompt: string; input: string },
  attempt: number,
): string => {
  const names = [...new Set(input.match(/\b[A-Z][a-z]+ [A-Z][a-z]+\b/g))]
  const isFirst = attempt === 1 && prompt.length % 3 === 0
  return isFirst ? `Names: ${names.join(', ')}` : JSON.stringify({ names })
}

if (import.meta.main) {
  const { startFaultServer } = await import('@holdfast/chaos')
  const { default: Client } = await import('openai')
  await using server = await startFaultServer(
    { phases: [{ faults: [{ fault: 'overloaded', probability: 0.3, attempts: 1 }] }] },
    { answer: nameFinder },
  )
  const openai = new Client({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 })
  const document = Array.from(
    { length: 40 },
    (_, i) =>
      `On day ${i} came Ada Lovelace and ${i % 2 ? 'Alan Turing' : 'Grace Hopper'} to the harbour.`,
  ).join('\n\n')
  console.log(await namesIn(openai, document, { maxChars: 500 }))
  console.log(`${server.stats().requests} requests for ${split(document, 500).length} pieces`)
}
