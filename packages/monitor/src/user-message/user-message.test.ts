import { faultOf, HoldfastError, RETRYABLE, TimeoutError, type FaultKind } from '@holdfast/core'
import { httpError } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { BudgetExhaustedError } from '../cost-budget/errors.ts'
import { MESSAGES } from './messages.ts'
import { userMessage } from './user-message.ts'

class OurError extends HoldfastError {
  readonly code = 'HOLDFAST_TEST'
  readonly userMessage = ''
}
const KINDS = Object.keys(RETRYABLE) as FaultKind[]
const LOCALES = ['en', 'de', 'es'] as const

describe.each(KINDS)('%s', (kind) => {
  test.each(LOCALES)('has a sentence in %s that quotes nothing', (locale) => {
    const secret = 'quota of plan Gold exceeded for key sk-abc at api.openai.com (429)'
    const sentence = userMessage(new OurError(faultOf(kind, secret)), { locale })
    expect(sentence).toBe(MESSAGES[locale][kind])
    expect(sentence).toMatch(/^[A-ZÁÉÍÓÚ].*\.$/)
    for (const word of ['sk-abc', '429', 'Gold', 'api.openai.com', 'quota'])
      expect(sentence).not.toContain(word)
  })
})

test('errors of providers and of ours are read by their fault', () => {
  expect(userMessage(httpError(429))).toBe(MESSAGES.en['rate-limited'])
  expect(userMessage(new TimeoutError(5))).toBe(MESSAGES.en.timeout)
  expect(userMessage(new BudgetExhaustedError('acme'))).toBe(MESSAGES.en['budget-exhausted'])
})

test('whatever is thrown, there is a sentence', () => {
  for (const thrown of [undefined, null, 'no', 0, {}, Symbol('x')])
    expect(userMessage(thrown)).toMatch(/\.$/)
})

test('a regional tag falls back to its language, an unknown one to English', () => {
  expect(userMessage(httpError(429), { locale: 'de-AT' })).toBe(MESSAGES.de['rate-limited'])
  expect(userMessage(httpError(429), { locale: 'ES_mx' })).toBe(MESSAGES.es['rate-limited'])
  expect(userMessage(httpError(429), { locale: 'tlh' })).toBe(MESSAGES.en['rate-limited'])
  expect(userMessage(httpError(429), { locale: 'constructor' })).toBe(MESSAGES.en['rate-limited'])
})

test('a header lists languages by preference, and not always in order', () => {
  const { de, en, es } = MESSAGES
  const kind = 'rate-limited'
  for (const [locale, sentence] of [
    ['de,en-US;q=0.7,en;q=0.3', de[kind]],
    ['fr-CH, fr;q=0.9, de;q=0.7, *;q=0.5', de[kind]],
    ['en;q=0.2, es;q=0.8', es[kind]],
    ['*', en[kind]],
    ['', en[kind]],
    [';;;,,,', en[kind]],
    [undefined, en[kind]],
    [`${'x,'.repeat(100_000)}de`, en[kind]],
  ] as const)
    expect(userMessage(httpError(429), { locale })).toBe(sentence)
})

test('sentences and languages of your own come first, and may leave things out', () => {
  const messages = {
    fr: { 'rate-limited': 'Trop de demandes. Réessayez dans un instant.' },
    en: { timeout: 'Too slow, sorry.' },
  }
  expect(userMessage(httpError(429), { locale: 'fr-CA', messages })).toBe(
    messages.fr['rate-limited'],
  )
  expect(userMessage(new TimeoutError(5), { locale: 'fr', messages })).toBe('Too slow, sorry.')
  expect(userMessage(httpError(401), { locale: 'fr', messages })).toBe(MESSAGES.en.auth)
})
