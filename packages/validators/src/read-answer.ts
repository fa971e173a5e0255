import { ConfigurationError, NO_USAGE } from '@holdfast/core'
import type { Answer, Dialect, FinishReason } from '@holdfast/core'

/**
 * What a response says: by the dialect, or as plain text when there is none and it is a string or `{ text }`.
 * Nothing where the text would be (`message.content` is null beside a refusal) is an empty answer, not a wrong set-up.
 *
 * @throws ConfigurationError naming `reader` when nobody knows how to read it
 */
export const readAnswer = (
  reader: string,
  dialect: Dialect | undefined,
  response: unknown,
): Answer => {
  if (dialect !== undefined) return dialect.read(response)
  const text =
    typeof response === 'object' && response !== null && 'text' in response
      ? response.text
      : response
  if (typeof text === 'string') return plain(text, 'stop')
  if (text === undefined || text === null) return plain('', 'unknown')
  throw new ConfigurationError(
    `${reader} cannot read this answer: give the pipeline a dialect, e.g. dialect: auto of @holdfast/providers`,
  )
}

const plain = (text: string, finish: FinishReason): Answer => ({
  text,
  finish,
  tools: [],
  usage: NO_USAGE,
})
