import { pipeline, timeout, type Context, type Handler } from '@holdfast/core'
import { openAIChat } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { json, notRefused, notTruncated, structured } from '@holdfast/validators'
import type OpenAI from 'openai'
import { z } from 'zod'

// An invoice from a text, typed. The program gets the right value or one typed error, never a guess: a wrong shape is
// shown to the model once, a cut answer is asked for again with more tokens, a refusal goes to a human.

export const Invoice = z.object({
  id: z.string(),
  customer: z.string(),
  totalCents: z.number().int(),
  items: z.array(
    z.object({ description: z.string(), quantity: z.number(), unitCents: z.number().int() }),
  ),
})

type Ask = OpenAI.ChatCompletionCreateParamsNonStreaming
type Extract = Handler<Ask, z.infer<typeof Invoice>>

export const extractInvoice = (openai: OpenAI): Extract => {
  const askGpt = (body: Ask, { signal }: Context<Ask>): Promise<OpenAI.ChatCompletion> =>
    openai.chat.completions.create(body, { signal })
  return structured(
    pipeline(
      askGpt,
      [
        retry({ maxAttempts: 2, baseDelayMs: 200 }),
        // The innermost looks first: a refusal in words is no broken JSON, and a cut one needs tokens, not advice.
        json(Invoice, { reask: 1 }),
        notTruncated({ on: 'increase', maxTokens: 4096 }),
        notRefused({ on: 'escalate' }),
        timeout({ timeoutMs: 30_000 }),
      ],
      { name: 'invoice', provider: 'openai', dialect: openAIChat },
    ),
    Invoice,
  )
}

export const invoiceRequest = (text: string): Ask => ({
  model: 'gpt-5-mini',
  max_completion_tokens: 512,
  messages: [{ role: 'user', content: text }],
})

if (import.meta.main) {
  const { invoicePrompt, readInvoice, startFaultServer } = await import('@holdfast/chaos')
  const { default: Client } = await import('openai')
  const prompt = invoicePrompt({
    id: 'R-17',
    customer: 'Hafen AG',
    totalCents: 4400,
    items: [{ description: 'rope', quantity: 2, unitCents: 2200 }],
  })
  // A model that forgets the total at first.
  await using server = await startFaultServer(
    { phases: [] },
    {
      answer: ({ input, prompt: last }) => {
        const { totalCents, ...rest } = readInvoice(input) ?? { totalCents: 0 }
        return JSON.stringify(last === prompt ? rest : { ...rest, totalCents })
      },
    },
  )
  const openai = new Client({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 })
  const extract = extractInvoice(openai)
  extract.events.on('json:reasked', ({ round, error }) =>
    console.log(`asked again (${round}):`, String(error)),
  )
  const { response, report } = await extract.withReport(invoiceRequest(prompt))
  console.log(response)
  console.log(`${(await report).attempts.length} requests, tokens:`, (await report).totalUsage)
}
