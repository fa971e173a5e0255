import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { startFaultServer, type FaultServer, type FaultSpec } from '@holdfast/chaos'
import { afterEach, expect, it, vi } from 'vitest'

import { playLive } from './demo/live.ts'
import { model, questionOf } from './demo/model.ts'

// `demo --live`, with two chaos servers where the real providers are said to be.

const SEED = 1
const servers: FaultServer[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const providerUnder = async (...faults: readonly FaultSpec[]): Promise<FaultServer> => {
  const behind = { keyOf: questionOf, answer: model }
  const server = await startFaultServer({ phases: [{ faults }] }, behind)
  servers.push(server)
  return server
}

const envOf = (openai: FaultServer, anthropic: FaultServer): Record<string, string> => ({
  OPENAI_API_KEY: 'sk-one',
  ANTHROPIC_API_KEY: 'sk-two',
  OPENAI_BASE_URL: `${openai.url}/v1`,
  ANTHROPIC_BASE_URL: anthropic.url,
})

/** What it says, and whether each question was answered. */
const live = async (
  env: Readonly<Record<string, string>>,
): Promise<{ readonly answered: boolean; readonly out: string; readonly err: string }> => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const said = (stream: 'log' | 'error') => {
    const lines: string[] = []
    vi.spyOn(console, stream).mockImplementation((line: string) => void lines.push(line))
    return () => lines.join('\n')
  }
  const [out, err] = [said('log'), said('error')]
  const answered = await playLive(SEED)
  return { answered, out: out(), err: err() }
}

it('asks each route as one types it, and the second time for nothing', async () => {
  const [openai, anthropic] = [await providerUnder(), await providerUnder()]
  const demo = fileURLToPath(new URL('demo.ts', import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@holdfast/source', demo, '--live', '--seed', String(SEED)],
    { env: { ...process.env, ...envOf(openai, anthropic) } },
  )
  expect(stderr).toBe('')
  expect(stdout.match(/^\w+(?=: )/gm)).toStrictEqual(['chat', 'stream', 'extract', 'faq', 'faq'])
  expect(stdout.match(/^ {2}answer: /gm)).toHaveLength(5)
  expect(stdout).toMatch(/^5 calls, 4 requests \(0 retries\), \d+ tokens, \$0\.\d{4}$/m)
  expect([openai.stats().requests, anthropic.stats().requests]).toStrictEqual([4, 0])
}, 60_000)

it('tells what the policies do while one provider is down', async () => {
  const down = await providerUnder({ fault: 'unavailable' })
  const { answered, out } = await live(envOf(down, await providerUnder()))
  expect(answered).toBe(true)
  expect(out).toContain('  openai: overloaded\n  openai → claude\n  answer: ')
  expect(out.match(/^ {2}answer: /gm)).toHaveLength(5)
})

it('with a wrong key it says so route by route, and names no key', async () => {
  const wrong = await providerUnder({ fault: 'unauthorized' })
  const { answered, out, err } = await live(envOf(wrong, wrong))
  expect(answered).toBe(false)
  expect(out).toContain('  openai: auth\n  openai → claude\n  claude: auth\n')
  expect(out).toContain('  degraded: We cannot answer')
  expect(out).toMatch(/^ {2}failed: /m)
  expect(out + err).not.toMatch(/sk-one|sk-two/)
})

it('without keys it says what it needs', async () => {
  const { answered, err } = await live({ OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '' })
  expect(answered).toBe(false)
  expect(err).toContain('set OPENAI_API_KEY and ANTHROPIC_API_KEY first')
})
