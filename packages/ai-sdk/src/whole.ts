import type {
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider'
import { ConfigurationError, quote } from '@holdfast/core'

type Part = LanguageModelV4StreamPart

/** The parts of a whole result, as a provider would have streamed them. */
function* partsIn(result: LanguageModelV4GenerateResult): Generator<Part, undefined> {
  yield { type: 'stream-start', warnings: result.warnings ?? [] }
  if (result.response !== undefined) yield { type: 'response-metadata', ...result.response }
  for (const [index, part] of result.content.entries()) {
    if (part.type !== 'text' && part.type !== 'reasoning') {
      yield part
      continue
    }
    const id = String(index)
    yield { type: `${part.type}-start`, id }
    yield { type: `${part.type}-delta`, id, delta: part.text }
    yield { type: `${part.type}-end`, id }
  }
  const { finishReason, usage, providerMetadata } = result
  const metadata = providerMetadata === undefined ? {} : { providerMetadata }
  yield { type: 'finish', finishReason, usage, ...metadata }
}

/**
 * The stream of a result; of a whole one (what `degrade` gives need not know what was asked for), its parts as a stream.
 *
 * @throws ConfigurationError for what is neither
 */
export const streamOf = (
  result: LanguageModelV4StreamResult | LanguageModelV4GenerateResult,
): ReadableStream<Part> => {
  const { stream, content } = (result ?? {}) as { stream?: ReadableStream<Part>; content?: unknown }
  if (stream !== undefined) return stream
  if (!Array.isArray(content))
    throw new ConfigurationError(
      `ai-sdk: an answer to a request for a stream must have a stream or content, got ${quote(result)}`,
    )
  const parts = partsIn(result as LanguageModelV4GenerateResult)
  return new ReadableStream({
    pull(controller) {
      const { done, value } = parts.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
