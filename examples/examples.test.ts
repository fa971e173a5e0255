import Anthropic from '@anthropic-ai/sdk'
import { isCorrect, startFaultServer, type FaultServer } from '@holdfast/chaos'
import { MESSAGES } from '@holdfast/monitor'
import type { Hono } from 'hono'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { startWeatherService, weather } from './any-function.ts'
import { chat } from './custom-policy.ts'
import { createApp } from './server.ts'
import { smoke } from './smoke.mjs'

describe('any-function.ts', () => {
  it('a web service that is overloaded is asked again, and not twice within a minute', async () => {
    const service = await startWeatherService()
    const ask = weather(service.url)
    await expect(ask('Bern')).resolves.toBe(19)
    const { response, report } = await ask.withReport('Bern')
    expect(response).toBe(19)
    expect((await report).cache?.status).toBe('hit')
    service.close()
  })
})

describe('custom-policy.ts', () => {
  it('each policy does its part', async () => {
    const tell = vi.fn<(route: string, ms: number) => void>()
    const ask = chat(async (prompt) => prompt, tell)
    await expect(ask('acme: hi')).resolves.toBe('Be brief.\n\nacme: hi')
    await expect(ask('other: hi')).resolves.toBe('Be kind.\n\nother: hi')
    expect(tell).toHaveBeenCalledTimes(2)
    expect(tell).toHaveBeenCalledWith('chat', expect.any(Number))
  })

  it('the third call at once is turned away, and its place is free again later', async () => {
    const ask = chat(
      async (prompt) => prompt,
      () => {},
    )
    const three = await Promise.allSettled([ask('a'), ask('b'), ask('c')])
    expect(three.map(({ status }) => status)).toStrictEqual(['fulfilled', 'fulfilled', 'rejected'])
    await expect(ask('d')).resolves.toContain('d')
  })
})

describe('server.ts', () => {
  let gpt: FaultServer
  let claude: FaultServer
  let app: Hono
  beforeAll(async () => {
    gpt = await startFaultServer({ phases: [] })
    claude = await startFaultServer({ phases: [] })
  })
  beforeEach(() => {
    gpt.setScenario({ phases: [] })
    claude.setScenario({ phases: [] })
    app = createApp({
      openai: new OpenAI({ apiKey: 'none', baseURL: `${gpt.url}/v1`, maxRetries: 0 }),
      anthropic: new Anthropic({ apiKey: 'none', baseURL: claude.url, maxRetries: 0 }),
    })
  })
  afterAll(() => Promise.all([gpt.close(), claude.close()]))

  const post = async (path: string, body: unknown): Promise<Response> =>
    app.request(path, { method: 'POST', body: JSON.stringify(body) })
  const prompt = 'What does a harbour do in a storm?'

  it('/chat is answered by the other provider while the first is down', async () => {
    gpt.setScenario({ phases: [{ faults: [{ fault: 'unavailable' }] }] })
    const answer = (await (await post('/chat', { prompt })).json()) as { text: string }
    expect(answer).toMatchObject({ degraded: false, by: 'claude', cache: 'miss' })
    expect(isCorrect(prompt, answer.text)).toBe(true)
    expect(gpt.stats().requests).toBe(1)
  })

  it('/chat says so when its answer is only a stand-in', async () => {
    gpt.setScenario({ phases: [{ faults: [{ fault: 'unauthorized' }] }] })
    claude.setScenario({ phases: [{ faults: [{ fault: 'unauthorized' }] }] })
    const response = await post('/chat', { prompt })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ degraded: true })
  })

  it('/extract gives the typed value, or an error without the details', async () => {
    const contact = { name: 'Ada', email: 'ada@example.com' }
    const extract = { prompt: 'Name and e-mail of Ada, as JSON' }
    gpt.setScenario({ phases: [], answers: { json: contact } })
    expect(await (await post('/extract', extract)).json()).toStrictEqual(contact)

    vi.spyOn(console, 'error').mockReturnValue()
    gpt.setScenario({ phases: [{ faults: [{ fault: 'unauthorized' }] }] })
    claude.setScenario({ phases: [{ faults: [{ fault: 'unauthorized' }] }] })
    const response = await post('/extract', extract)
    expect(response.status).toBe(503)
    expect(await response.json()).toStrictEqual({ error: MESSAGES.en.auth })
  })

  it('/batch answers each prompt for itself', async () => {
    const prompts = ['one', 'two', 'three']
    const answers = (await (await post('/batch', { prompts })).json()) as { text: string }[]
    expect(answers.map(({ text }, index) => isCorrect(prompts[index] ?? '', text))).toStrictEqual([
      true,
      true,
      true,
    ])
    expect(gpt.stats().requests).toBe(3)
  })

  it('/batch quotes no provider where a prompt got no answer', async () => {
    gpt.setScenario({ phases: [{ faults: [{ fault: 'quota-exhausted' }] }] })
    expect(await (await post('/batch', { prompts: ['one'] })).json()).toStrictEqual([
      { error: MESSAGES.en['quota-exhausted'] },
    ])
  })

  it('a request that makes no sense is told why', async () => {
    expect((await post('/chat', { prompt: '' })).status).toBe(400)
    expect((await app.request('/chat', { method: 'POST', body: '{' })).status).toBe(400)
  })
})

it('smoke.mjs runs on this platform', async () => {
  await expect(smoke()).resolves.toBe('ok')
})
