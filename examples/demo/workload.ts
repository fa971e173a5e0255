import { invoicePrompt, type Invoice } from '@holdfast/chaos'
import { seededRandom } from '@holdfast/testing'

/** What the app does. `stream` is shown while it comes; `faq` is asked again and again. */
export type Route = 'chat' | 'stream' | 'extract' | 'faq'

/** Somebody asks something at some time. */
export interface Question {
  readonly atMs: number
  readonly route: Route
  readonly prompt: string
}

const CALLS_PER_SECOND = 24

const FAQ = [
  'How do I reset my password?',
  'Which plans are there?',
  'How do I cancel my subscription?',
  'Where are my invoices?',
  'Can I invite my colleagues?',
  'Is my data stored in Europe?',
  'How do I export everything?',
  'What are your opening hours?',
]

const GOODS = ['gear', 'lamp', 'rope', 'anchor', 'map', 'compass']

const invoice = (number: number, random: () => number): Invoice => {
  const whole = (below: number): number => Math.floor(random() * below)
  const items = Array.from({ length: 1 + whole(3) }, () => ({
    description: GOODS[whole(GOODS.length)] ?? '',
    quantity: 1 + whole(9),
    unitCents: 100 + whole(9_900),
  }))
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.unitCents, 0)
  return { id: `INV-${number}`, customer: `Customer ${whole(500)}`, items, totalCents }
}

/** Who asks what and when: arrivals are a Poisson process, so they come in clusters as they do in life. */
export const workloadOf = (seed: number, lengthMs: number): readonly Question[] => {
  const random = seededRandom(seed)
  const questions: Question[] = []
  const arrive = (): number => (-Math.log(1 - random()) * 1_000) / CALLS_PER_SECOND

  for (let atMs = arrive(); atMs < lengthMs; atMs += arrive()) {
    const number = questions.length + 1
    const dice = random()
    if (dice < 0.4) {
      const route = dice < 0.2 ? 'chat' : 'stream'
      questions.push({ atMs, route, prompt: `Note ${number}: what should I pack today?` })
    } else if (dice < 0.7)
      questions.push({ atMs, route: 'extract', prompt: invoicePrompt(invoice(number, random)) })
    else {
      const prompt = FAQ[Math.floor(random() * FAQ.length)] ?? ''
      questions.push({ atMs, route: 'faq', prompt })
    }
  }
  return questions
}
