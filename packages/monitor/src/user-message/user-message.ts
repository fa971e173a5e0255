import { classify, HoldfastError, type FaultKind } from '@holdfast/core'

import { MESSAGES, type Messages } from './messages.ts'

export interface UserMessageOptions {
  /** BCP 47 tags, as `accept-language` lists them: `de-AT` falls back to `de`, and what nobody speaks to English. @default 'en' */
  readonly locale?: string | undefined
  /** Your own sentences, by language; what they leave out is said in the built-in ones. */
  readonly messages?: Readonly<Record<string, Partial<Messages>>>
}

const kindOf = (error: unknown): FaultKind =>
  HoldfastError.is(error) ? error.fault.kind : classify(error).kind

/** A header may be as long as its sender likes. */
const MAX_TAGS = 10

/** `fr;q=0.5, de-AT` → de-at, de, fr, fr, en. */
const languagesOf = (locale: string): readonly string[] => {
  const tags = locale
    .toLowerCase()
    .replaceAll('_', '-')
    .split(',', MAX_TAGS)
    .map((item) => {
      const [tag = '', weight] = item.split(';')
      return { tag: tag.trim(), weight: Number(weight?.split('=')[1] ?? 1) }
    })
  const wanted = tags.toSorted((a, b) => b.weight - a.weight)
  return [...wanted.flatMap(({ tag }) => [tag, tag.split('-')[0]!]), 'en']
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
