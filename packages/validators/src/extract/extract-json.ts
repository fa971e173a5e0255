import { faultOf, hasCode, HoldfastError } from '@holdfast/core'

import type { Issue } from '../errors.ts'
import { assertSchema } from '../schema.ts'
import type { Schema } from '../schema.ts'
import { candidatesIn } from './candidates.ts'
import type { NoJsonReason } from './candidates.ts'
import { choose } from './choose.ts'
import type { Choice } from './choose.ts'

export interface ExtractJsonOptions<Output = unknown> {
  /** The value must satisfy it; of several in the text the one that does wins. */
  readonly schema?: Schema<Output> | undefined
  /**
   * Take a document that was cut off for what there is of it. What a list or a sentence has lost cannot be seen in the value.
   * @default false
   */
  readonly allowPartial?: boolean | undefined
}

/** Thrown when a text has no JSON value that can be had without guessing. */
export class NoJsonError extends HoldfastError {
  override readonly name = 'NoJsonError'
  readonly code = 'HOLDFAST_NO_JSON'
  readonly userMessage = 'There was no usable answer. Please try again.'
  /** `no-json`: nothing like it; `truncated`: cut off; `broken`: not to be repaired without guessing; `schema`: not as asked. */
  readonly reason: NoJsonReason | 'schema'
  readonly #issues: readonly Issue[]
  constructor(reason: NoJsonReason | 'schema', issues: readonly Issue[]) {
    super(
      faultOf(reason === 'truncated' ? 'truncated' : 'invalid-output', `No JSON value (${reason})`),
    )
    this.reason = reason
    this.#issues = issues
  }
  /** What the schema found wrong. Behind a getter: it may quote the text. */
  get issues(): readonly Issue[] {
    return this.#issues
  }
  static override is(error: unknown): error is NoJsonError {
    return hasCode(error, 'HOLDFAST_NO_JSON')
  }
}

/**
 * The JSON value in what a model wrote.
 *
 * The whole text if it is JSON; else what is fenced, else what stands in the prose, the largest first; repaired where
 * only one thing can have been meant. It never makes a value up: a text without brackets or quotes around it has none,
 * and a document that was cut off is `truncated`, not completed.
 *
 * A promise only if the schema is asynchronous.
 *
 * @throws NoJsonError, with the reason
 */
export function extractJson(
  text: string,
  options?: { readonly allowPartial?: boolean | undefined },
): unknown
export function extractJson<Output>(
  text: string,
  options: ExtractJsonOptions<Output> & { readonly schema: Schema<Output> },
): Output | Promise<Output>
export function extractJson<Output>(
  text: string,
  { schema, allowPartial = false }: ExtractJsonOptions<Output> = {},
): Output | Promise<Output> {
  if (schema !== undefined) assertSchema('extractJson', schema)
  const choice = choose(candidatesIn(text, allowPartial), schema)
  return choice instanceof Promise ? choice.then(valueOf) : valueOf(choice)
}

const valueOf = <Output>(choice: Choice<Output>): Output => {
  if (choice.isFound) return choice.value
  throw new NoJsonError(choice.reason, choice.issues)
}
