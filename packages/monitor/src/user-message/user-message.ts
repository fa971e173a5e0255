import { classify, HoldfastError, type FaultKind } from '@holdfast/core'

import { MESSAGES, type Messages } from './messages.ts'

export interface UserMessageOptions {
  /** A BCP 47 tag, such as that of the user's browser: `de-AT` falls back to `de`, then to `en`. @default 'en' */
  readonly locale?: string
  /** Your own sentences, by language; what they leave out is said in the built-in ones. */
  readonly messages?: Readonly<Record<string, Partial<Messages>>>
}

const kindOf = (error: unknown): FaultKind =>
  HoldfastError.is(error) ? error.fault.kind : classify(error).kind

/** `de-AT` → de-at, de, en. */
const languagesOf = (locale: string): readonly string[] => {
  const tag = locale.toLowerCase().replaceAll('_', '-')
  return [tag, tag.split('-')[0]!, 'en']
}

const sentenceIn = (
  table: Readonly<Record<string, Partial<Messages>>>,
  language: string,
  kind: FaultKind,
): string | undefined => (Object.hasOwn(table, language) ? table[language]?.[kind] : undefined)

/**
 * A sentence that an end user may read, for any error: it says what to do, and never quotes a provider, a key or a plan.
 *
 * @example
 * catch (error) { reply(userMessage(error, { locale: request.headers['accept-language'] })) }
 */
export const userMessage = (
  error: unknown,
  { locale = 'en', messages = {} }: UserMessageOptions = {},
): string => {
  const kind = kindOf(error)
  for (const language of languagesOf(locale)) {
    const sentence = sentenceIn(messages, language, kind) ?? sentenceIn(MESSAGES, language, kind)
    if (sentence !== undefined) return sentence
  }
  return MESSAGES.en[kind]
}
