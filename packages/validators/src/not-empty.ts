import { callable, optional, resolveOptions } from '@holdfast/core'
import type { Answer, Context, Placed, Universal } from '@holdfast/core'

import { EmptyAnswerError } from './errors.ts'
import { validator } from './validator.ts'
import type { Hold } from './validator.ts'
import { isEmpty, unusable } from './verdict.ts'

export interface NotEmptyOptions<Req = unknown> {
  /**
   * Asked about an empty answer: is it legitimate here? After a tool has run, "nothing to add" may be an answer.
   * @default never
   */
  readonly allow?: ((answer: Answer, ctx: Context<Req>) => boolean) | undefined
}

export const NOT_EMPTY_DEFAULTS: NotEmptyOptions = {}

/** A stream is held back while it only thinks: what never says a word can then still be tried again. */
const SOMETHING_SAID: Hold = { enough: (seen) => !isEmpty(seen) }

/**
 * Rejects an answer without text, tool call or file; thinking alone is nothing.
 *
 * An answer that is empty because it was refused, filtered or cut fails as that.
 *
 * @throws ConfigurationError for an option that is none
 */
export function notEmpty<Req, Res>(
  options: NotEmptyOptions<Req> & { readonly allow: NonNullable<NotEmptyOptions<Req>['allow']> },
): Placed<'notEmpty', 8, Req, Res>
export function notEmpty(options?: NotEmptyOptions): Universal<'notEmpty', 8>
export function notEmpty<Req, Res>(
  options?: NotEmptyOptions<Req>,
): Placed<'notEmpty', 8, Req, Res> {
  const { allow } = resolveOptions<NotEmptyOptions<Req>>(
    'notEmpty',
    options,
    {},
    { allow: optional(callable) },
  )
  return validator(
    'notEmpty',
    (answer, ctx: Context<Req>) => {
      if (!isEmpty(answer)) return
      const error = unusable(answer)
      const isSilent = EmptyAnswerError.is(error) && error.why === 'silence'
      if (error !== undefined && !(isSilent && allow?.(answer, ctx))) throw error
    },
    SOMETHING_SAID,
  )
}
