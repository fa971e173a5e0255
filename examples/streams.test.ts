import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import type { HoldfastMetadata } from '@holdfast/ai-sdk'
import { isCorrect, startFaultServer, type FaultServer } from '@holdfast/chaos'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { resilientModel, respond } from './ai-sdk-chat.ts'
import { createChatApp } from './chat-stream.ts'

const prompt = 'What does a harbour do in a storm?'

/** The events of a page: what it shows in the end, and what it was told on the way. */
const readPage = async (response: Response): Promise<{ shown: string; told: string[] }> => {
  let shown = ''
  const told: string[] = []
  for (const block of (await response.text()).split('\n\n').filter(Boolean)) {
    const lines = block.split('\n')
    const event = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? ''
    const data = lines
      .filter((line) => line.startsWith('data: '))
      .map((line) => line.slice(6))
      .join('\n')
    if (event === 'text') shown += data
    else told.push(event)
    if (event === 'reset') shown = ''
  }
  return { shown, told }
}

let gpt: FaultServer
let claude: FaultServer
beforeAll(async () => {
  gpt = await startFaultServer({ phases: [] })
  claude = await startFaultServer({ phases: [] })
})
beforeEach(() => {
  gpt.setScenario({ phases: [] })
  claude.setScenario({ phases: [] })
})
afterAll(() => Promise.all([gpt.close(), claude.close()]))

describe('chat-stream.ts', () => {
  const post = async (): Promise<Response> =>
    createChatApp({
      openai: new OpenAI({ apiKey: 'none', baseURL: `${gpt.url}/v1`, maxRetries: 0 }),
      anthropic: new Anthropic({ apiKey: 'none', baseURL: claude.url, maxRetries: 0 }),
    }).request('/chat', { method: 'POST', body: JSON.stringify({ prompt }) })

  it('a provider that is down is not noticed: the other one streams', async () => {
    gpt.setScenario({ phases: [{ faults: [{ fault: 'unavailable' }] }] })
    const { shown, told } = await readPage(await post())
    expect(isCorrect(prompt, shown)).toBe(true)
    expect(told).toStrictEqual(['done'])
  })

  it('a stream that is cut in the middle begins anew, and nothing is shown twice', async () => {
    gpt.setScenario({ phases: [{ faults: [{ fault: 'cut', at: 'body', attempts: 1 }] }] })
    const { shown, told } = await readPage(await post())
    expect(isCorrect(prompt, shown)).toBe(true)
    expect(told).toStrictEqual(['reset', 'done'])
    expect(gpt.stats().requests).toBe(2)
  })

  it('what breaks every time is an error for the page, never a short answer', async () => {
    for (const server of [gpt, claude])
      server.setScenario({ phases: [{ faults: [{ fault: 'cut', at: 'body' }] }] })
    expect((await readPage(await post())).told).toStrictEqual(['reset', 'reset', 'failed'])
  })
})

describe('ai-sdk-chat.ts', () => {
  const models = () => {
    const of = ({ url }: FaultServer, id: string) =>
      createOpenAI({ apiKey: 'none', baseURL: `${url}/v1` }).chat(id)
    return resilientModel(of(gpt, 'gpt-5'), of(claude, 'gpt-5-mini'))
  }
  const log = vi.fn<(note: HoldfastMetadata | undefined) => void>()
  const post = (): Promise<string> =>
    respond(models(), [{ role: 'user', content: prompt }], new AbortController().signal, log).text()
  const textOf = (events: string): string =>
    [...events.matchAll(/^data: (\{.*"text-delta".*\})$/gm)]
      .map(([, json = '']) => (JSON.parse(json) as { delta: string }).delta)
      .join('')

  it('the page gets the answer of the second model, and the log says who gave it', async () => {
    gpt.setScenario({ phases: [{ faults: [{ fault: 'cut', at: 'preamble' }] }] })
    const events = await post()
    expect(isCorrect(prompt, textOf(events))).toBe(true)
    expect(log).toHaveBeenCalledWith(
      expect.objectContaining({
        served: expect.stringContaining('gpt-5-mini') as string,
        attempts: 2,
      }),
    )
  })

  it('a stream that is cut in the middle breaks the page off too, so that useChat shows an error', async () => {
    gpt.setScenario({ phases: [{ faults: [{ fault: 'cut', at: 'body' }] }] })
    await expect(post()).rejects.toMatchObject({ code: 'HOLDFAST_STREAM_INTERRUPTED' })
  })
})
