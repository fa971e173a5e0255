import { answerFor, readInvoice, type Answerer, type ChaosRequest } from '@holdfast/chaos'

interface Turn {
  readonly role: string
  readonly content: string
}

const turnsOf = ({ body }: Pick<ChaosRequest, 'body'>): readonly Turn[] =>
  (body['messages'] ?? []) as readonly Turn[]

/** What the user asked at first: whatever is said on the way, it stays the same question. */
export const questionOf = (request: Pick<ChaosRequest, 'body'>): string =>
  turnsOf(request).find(({ role }) => role === 'user')?.content ?? ''

/**
 * The model behind both providers. It extracts invoices and answers everything else in words that prove themselves;
 * shown its own half of an answer it goes on where that stops, and told what was wrong it answers anew.
 */
export const model: Answerer = (request, attempt) => {
  const question = questionOf(request)
  const invoice = readInvoice(question)
  if (invoice === undefined) return answerFor(question, attempt)
  const whole = JSON.stringify(invoice)
  const said = turnsOf(request).findLast(({ role }) => role === 'assistant')?.content
  return said !== undefined && whole.startsWith(said) ? whole.slice(said.length) : whole
}
