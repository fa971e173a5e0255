import { isDeepStrictEqual } from 'node:util'

/** One line of an invoice. */
export interface InvoiceItem {
  readonly description: string
  readonly quantity: number
  readonly unitCents: number
}

/** A document whose extraction can be checked, because the prompt holds all that the answer needs. */
export interface Invoice {
  readonly id: string
  readonly customer: string
  readonly totalCents: number
  readonly items: readonly InvoiceItem[]
}

/** A prompt that asks for the invoice as JSON; names and descriptions must fit on one line. */
export const invoicePrompt = ({ id, customer, items, totalCents }: Invoice): string =>
  [
    'Extract this invoice as JSON with the keys id, customer, totalCents and items',
    '(each item: description, quantity, unitCents).',
    '',
    `Invoice: ${id}`,
    `Customer: ${customer}`,
    ...items.map((item) => `- ${item.quantity} x ${item.description} @ ${item.unitCents} cents`),
    `Total: ${totalCents} cents`,
  ].join('\n')

/** The invoice that a prompt of `invoicePrompt` describes; undefined when there is none in it. */
export const readInvoice = (prompt: string): Invoice | undefined => {
  const id = /^Invoice: (.+)$/m.exec(prompt)?.[1]
  const customer = /^Customer: (.+)$/m.exec(prompt)?.[1]
  const total = /^Total: (\d+) cents$/m.exec(prompt)?.[1]
  if (id === undefined || customer === undefined || total === undefined) return undefined
  const lines = prompt.matchAll(/^- (\d+) x (.+) @ (\d+) cents$/gm)
  const items = Array.from(lines, ([, quantity, description, unitCents]) => ({
    description: String(description),
    quantity: Number(quantity),
    unitCents: Number(unitCents),
  }))
  return { id, customer, totalCents: Number(total), items }
}

/** Whether a value is exactly the invoice that the prompt describes. */
export const isCorrectInvoice = (prompt: string, value: unknown): boolean => {
  const invoice = readInvoice(prompt)
  return invoice !== undefined && isDeepStrictEqual(value, invoice)
}
