import fc from 'fast-check'
import { expect, it } from 'vitest'

import { invoicePrompt, isCorrectInvoice, readInvoice } from './invoice.ts'

const word = fc.stringMatching(/^[A-Za-z0-9 @x"'{}-]{0,20}[A-Za-z]$/)
const cents = fc.nat(1_000_000)
const plain = { noNullPrototype: true }
const item = fc.record({ description: word, quantity: fc.nat(99), unitCents: cents }, plain)
const invoice = fc.record(
  { id: word, customer: word, totalCents: cents, items: fc.array(item) },
  plain,
)

it('reads out of a prompt the very invoice that was written into it', () => {
  fc.assert(
    fc.property(invoice, (written) => {
      expect(readInvoice(invoicePrompt(written))).toStrictEqual(written)
      expect(isCorrectInvoice(invoicePrompt(written), structuredClone(written))).toBe(true)
    }),
  )
})

it('rejects an invoice that is off by a cent, short of an item, or not one at all', () => {
  const items = [{ description: 'Gear', quantity: 2, unitCents: 50 }]
  const right = { id: 'INV-1', customer: 'Ada', totalCents: 100, items }
  const prompt = invoicePrompt(right)
  expect(isCorrectInvoice(prompt, right)).toBe(true)
  expect(isCorrectInvoice(prompt, { ...right, totalCents: 101 })).toBe(false)
  expect(isCorrectInvoice(prompt, { ...right, items: [] })).toBe(false)
  expect(isCorrectInvoice(prompt, { result: right })).toBe(false)
  expect(isCorrectInvoice('no invoice here', right)).toBe(false)
})
