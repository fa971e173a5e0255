import { once } from 'node:events'
import { connect } from 'node:net'
import { getActiveResourcesInfo } from 'node:process'

import { expect, it } from 'vitest'

import {
  ScenarioError,
  startFaultServer,
  type FaultServerOptions,
  type Scenario,
} from '../src/index.ts'
import { ask, ENDPOINTS, eventsOf, pick, type Event } from './ask.ts'

const statuses = async (url: string, prompts: readonly string[]): Promise<number[]> => {
  const all: number[] = []
  for (const prompt of prompts) all.push((await ask(url, { prompt })).status)
  return all
}

const flaky: Scenario = {
  seed: 3,
  phases: [
    {
      faults: [
        { fault: 'unavailable', probability: 0.3 },
        { fault: 'rate-limited', probability: 0.3 },
      ],
    },
  ],
}

it('same seed, same faults, whatever the order in which requests arrive', async () => {
  await using one = await startFaultServer(flaky)
  await using two = await startFaultServer(flaky)
  const prompts = ['a', 'b', 'a', 'c', 'a', 'b', 'd', 'd', 'e', 'f']
  await statuses(one.url, prompts)
  await statuses(two.url, prompts.toReversed())
  const fates = (log: typeof one.log): string[] =>
    log.map(({ key, attempt, fault }) => `${key}${attempt} ${fault}`).toSorted()
  expect(fates(two.log)).toStrictEqual(fates(one.log))
  expect(new Set(one.log.map((entry) => entry.fault)).size).toBe(3)
})

it('a restart begins again: attempt 1, empty books, the same fates', async () => {
  await using server = await startFaultServer(flaky)
  const first = await statuses(server.url, ['a', 'a', 'a', 'b'])
  server.restart()
  expect(server.log).toStrictEqual([])
  expect(await statuses(server.url, ['a', 'a', 'a', 'b'])).toStrictEqual(first)
  expect(server.log.map((entry) => entry.attempt)).toStrictEqual([1, 2, 3, 1])
})

it('an outage lasts from its first millisecond to its last', async () => {
  const outage = { fromMs: 80, toMs: 400, faults: [{ fault: 'unavailable' as const }] }
  await using server = await startFaultServer({ phases: [outage] })
  // The log's own clock decides what was due: a slow machine may not turn this test red.
  while ((server.log.at(-1)?.at ?? 0) < 440) await ask(server.url)
  for (const { at, status } of server.log) expect(status).toBe(at >= 80 && at < 400 ? 503 : 200)
  expect(new Set(server.log.map((entry) => entry.status)).size).toBe(2)
})

it('asks the answer function, and keys requests as it is told', async () => {
  await using server = await startFaultServer(
    { phases: [] },
    {
      answer: ({ prompt }, attempt) => `${prompt}, ${attempt}`,
      keyOf: ({ headers }) => String(headers['content-type']),
    },
  )
  await ask(server.url, { prompt: 'first' })
  const body: unknown = await (await ask(server.url, { prompt: 'second' })).json()
  expect(pick(body, 'choices', 0, 'message', 'content')).toBe('second, 2')
  expect(server.log[1]).toMatchObject({ key: 'application/json', attempt: 2 })
})

it('says so when the answer function throws, instead of looking like a fault', async () => {
  const answer = (): never => {
    throw new Error('no idea')
  }
  await using server = await startFaultServer({ phases: [] }, { answer })
  const response = await ask(server.url)
  expect(response.status).toBe(500)
  expect(pick(await response.json(), 'error')).toMatchObject({
    type: 'chaos_defect',
    message: 'The fault server itself failed: Error: no idea',
  })
})

it('gives the scripted answers of the scenario', async () => {
  const answers = { text: 'forty-two', json: { n: 42 } }
  await using server = await startFaultServer({ phases: [], answers })
  const content = async (prompt: string): Promise<unknown> =>
    pick(await (await ask(server.url, { prompt })).json(), 'choices', 0, 'message', 'content')
  expect(await content('How many?')).toBe('forty-two')
  expect(await content('How many? Answer in JSON.')).toBe('{"n":42}')
})

it('calls a tool on every wire, streamed and not', async () => {
  const tool = { name: 'weather', arguments: { city: 'Bern' } }
  await using server = await startFaultServer({ phases: [] }, { answer: () => ({ tools: [tool] }) })
  const [chat, responses, messages] = await Promise.all(
    ENDPOINTS.map(async (endpoint): Promise<unknown> =>
      (await ask(server.url, { endpoint })).json(),
    ),
  )
  const written = '{"city":"Bern"}'
  expect(pick(chat, 'choices', 0, 'finish_reason')).toBe('tool_calls')
  expect(pick(chat, 'choices', 0, 'message', 'tool_calls', 0, 'function')).toStrictEqual({
    name: 'weather',
    arguments: written,
  })
  expect(pick(responses, 'output', 0)).toMatchObject({ type: 'function_call', arguments: written })
  expect(pick(messages, 'stop_reason')).toBe('tool_use')
  expect(pick(messages, 'content', 0)).toMatchObject({ type: 'tool_use', input: { city: 'Bern' } })

  const streamed = await Promise.all(
    ENDPOINTS.map(async (endpoint) =>
      eventsOf(await (await ask(server.url, { endpoint, more: { stream: true } })).text()),
    ),
  )
  const joined = (events: readonly Event[] = [], ...path: (string | number)[]): string =>
    events
      .map(({ data }) => pick(data, ...path))
      .filter((part) => typeof part === 'string')
      .join('')
  const call = ['choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments']
  expect(joined(streamed[0], ...call)).toBe(written)
  expect(joined(streamed[1], 'delta')).toBe(written)
  expect(joined(streamed[2], 'delta', 'partial_json')).toBe(written)
})

it('refuses bad options and bad scenarios with a sentence', async () => {
  const start = (options: unknown): Promise<unknown> =>
    startFaultServer({ phases: [] }, options as FaultServerOptions)
  for (const port of [NaN, -1, Infinity, '5', null, {}, 65_536])
    await expect(start({ port })).rejects.toThrow('options.port must be a port from 0 to 65535')
  for (const option of ['answer', 'keyOf'])
    await expect(start({ [option]: 5 })).rejects.toThrow(`options.${option} must be a function`)
  await expect(startFaultServer({ phases: [{ faults: [] }], seed: NaN })).rejects.toThrow(
    ScenarioError,
  )
})

it('listens on 127.0.0.1 only, and cannot be told otherwise', async () => {
  const open = { host: '0.0.0.0' } as FaultServerOptions
  await expect(startFaultServer({ phases: [] }, open)).rejects.toThrow(
    'options.host is not a field',
  )
  await using server = await startFaultServer({ phases: [] })
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
})

it('refuses a request that was sent to another name', async () => {
  await using server = await startFaultServer({ phases: [] })
  const socket = connect(server.port, '127.0.0.1')
  socket.write('POST /v1/messages HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n')
  const [head] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(head.toString()).toMatch(/^HTTP\/1.1 421 /)
})

it('rejects when the port is taken', async () => {
  await using server = await startFaultServer({ phases: [] })
  await expect(startFaultServer({ phases: [] }, { port: server.port })).rejects.toThrow(
    'EADDRINUSE',
  )
})

it('closes at once, with requests in flight, and leaves no timer and no socket', async () => {
  const slow = { latencyMs: 60_000, phases: [{ fromMs: 0, faults: [] }] }
  const server = await startFaultServer(slow)
  const hanging = ask(server.url).catch((error: unknown) => error)
  await expect.poll(() => server.log, { interval: 5, timeout: 4000 }).toHaveLength(1)
  await server.close()
  await server.close()
  expect(await hanging).toBeInstanceOf(TypeError)
  expect(server.log[0]?.aborted).toBe(false)
  await expect(ask(server.url)).rejects.toThrow('fetch failed')
  expect(getActiveResourcesInfo()).not.toContain('TCPServerWrap')
})
