import { amountOf } from './answer.ts'

/** What a consumer can have seen. */
export type Saw =
  | 'complete'
  | 'one error'
  | 'errors'
  | 'silent cut'
  | 'duplicate'
  | 'splice'
  | 'hang'
  | 'bare error'

/** What reached a consumer, to the end or to the bound. */
export interface Shown {
  /** All the text and all the tool arguments, in the order in which they came. */
  readonly text: string
  readonly errors: readonly unknown[]
  /** Neither an end nor an error came in time. */
  readonly hung: boolean
}

/** One word for what a consumer saw; what it was shown twice or wrongly counts before how it ended. */
export const sawOf = ({ text, errors, hung }: Shown): Saw => {
  const amount = amountOf(text)
  if (amount === 'duplicate' || amount === 'splice') return amount
  if (hung) return 'hang'
  if (errors.length > 1) return 'errors'
  if (errors.length === 1) return 'one error'
  return amount === 'whole' ? 'complete' : 'silent cut'
}

const causesOf = (error: unknown): readonly unknown[] => {
  if (typeof error !== 'object' || error === null) return []
  const { cause, lastError } = error as { readonly cause?: unknown; readonly lastError?: unknown }
  return [error, ...causesOf(cause ?? lastError)]
}

/** The text of an interrupted stream that its error carries, however deep the host has wrapped it. */
const partialOf = (error: unknown): string | undefined => {
  for (const one of causesOf(error)) {
    const { code, partial } = one as {
      readonly code?: unknown
      readonly partial?: { readonly text: string; readonly tools: readonly { arguments: string }[] }
    }
    if (code === 'HOLDFAST_STREAM_INTERRUPTED' && partial !== undefined)
      return partial.text + partial.tools.map((tool) => tool.arguments).join('')
  }
  return undefined
}

const wordsIn = (text: string): string => (text.match(/\b[a-z]\d\d\b/g) ?? []).join(' ')

/** Whether an error tells that the stream was interrupted, and carries what the consumer was shown. */
export const carriesPartial = ({ text, errors: [error] }: Shown): boolean => {
  const partial = partialOf(error)
  return partial !== undefined && wordsIn(partial) === wordsIn(text)
}
