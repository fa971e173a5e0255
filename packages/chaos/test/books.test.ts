import { expect, it } from 'vitest'

import { startFaultServer, statsOf, type FaultName, type LogEntry } from '../src/index.ts'
import { ask, type Ask } from './ask.ts'

/** A busy machine may take its time. */
const PATIENT = { interval: 5, timeout: 4000 }

const bookedUnder = async (fault: FaultName | undefined, more: object = {}): Promise<LogEntry> => {
  const faults = fault === undefined ? [] : [{ fault, ...more }]
  await using server = await startFaultServer({ phases: [{ faults: faults as never }] })
  const response = await ask(server.url, { prompt: 'hello hello' }).catch(() => undefined)
  await response?.text().catch(() => '')
  const [entry] = server.log
  if (entry === undefined) throw new Error('nothing was booked')
  return entry
}

it('books all that is known of a request', async () => {
  expect(await bookedUnder(undefined)).toStrictEqual({
    at: expect.any(Number) as number,
    key: 'hello hello',
    attempt: 1,
    endpoint: '/v1/chat/completions',
    model: 'a-model',
    fault: 'ok',
    status: 200,
    inputTokens: 3,
    outputTokens: expect.any(Number) as number,
    bytes: expect.any(Number) as number,
    aborted: false,
  })
})

it.each(['rate-limited', 'unauthorized', 'context-length', 'unavailable', 'html-page'] as const)(
  '%s bills nothing',
  async (fault) => {
    expect(await bookedUnder(fault)).toMatchObject({ fault, inputTokens: 0, outputTokens: 0 })
  },
)

it('an answer that is cut, garbled or refused is billed all the same', async () => {
  const { outputTokens } = await bookedUnder(undefined)
  expect(await bookedUnder('cut')).toMatchObject({ inputTokens: 3, outputTokens })
  expect(await bookedUnder('garbled')).toMatchObject({ inputTokens: 3, outputTokens })
  expect(await bookedUnder('reset', { at: 'body' })).toMatchObject({ inputTokens: 3, outputTokens })
  expect((await bookedUnder('refusal')).outputTokens).toBeGreaterThan(0)
  expect(await bookedUnder('empty')).toMatchObject({ inputTokens: 3, outputTokens: 0 })
})

it('whoever abandons an answer pays for all of it, and for a stream as far as it came', async () => {
  await using server = await startFaultServer({ tokensPerSecond: 200, phases: [] })
  const leave = async (more: Ask['more']): Promise<LogEntry | undefined> => {
    server.restart()
    const left = new AbortController()
    const asked = ask(server.url, { prompt: 'leaving', more: more ?? {}, signal: left.signal })
      .then((response) => response.text())
      .catch(() => '')
    await expect.poll(() => server.stats().outputTokens, PATIENT).toBeGreaterThan(2)
    left.abort()
    await asked
    await expect.poll(() => server.log[0]?.aborted, PATIENT).toBe(true)
    return server.log[0]
  }
  const whole = await leave({})
  expect(whole).toMatchObject({ status: null, inputTokens: 2 })
  expect(whole?.outputTokens).toBeGreaterThan(45)
  const part = await leave({ stream: true })
  expect(part).toMatchObject({ status: 200, inputTokens: 2 })
  expect(part?.outputTokens).toBeLessThan(45)
})

it('adds up', async () => {
  await using server = await startFaultServer({ phases: [{ faults: [{ fault: 'unavailable' }] }] })
  await ask(server.url)
  server.setScenario({ phases: [] })
  expect(server.stats()).toMatchObject({ requests: 0, byFault: {} })
  await (await ask(server.url)).text()
  await fetch(server.url)
  const stats = server.stats()
  expect(stats).toStrictEqual(statsOf(server.log))
  expect(stats).toMatchObject({
    requests: 2,
    ok: 1,
    aborted: 0,
    inputTokens: 2,
    byFault: { ok: 1, rejected: 1 },
    byStatus: { 200: 1, 404: 1 },
  })
})
