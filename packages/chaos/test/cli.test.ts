import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, it } from 'vitest'

import { ask } from './ask.ts'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

/** A process of its own takes a while to start on a busy machine. */
const SLOW = { timeout: 20_000 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-'))
})
afterAll(() => rm(folder, { recursive: true }))

const file = async (name: string, content: string): Promise<string> => {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

const start = (args: readonly string[]): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, ['--conditions=@holdfast/source', '--no-warnings', CLI, ...args])

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

/** Runs to the end; `onOutput` sees all that was printed so far, each time that more is. */
const run = (
  args: readonly string[],
  onOutput: (out: string, child: ChildProcessWithoutNullStreams) => void = () => {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const child = start(args)
    let out = ''
    let error = ''
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString()
      onOutput(out, child)
    })
    child.stderr.on('data', (data: Buffer) => {
      error += data.toString()
    })
    child.on('close', (code) => resolve({ code, out, error }))
  })

it.concurrent(
  'plays a file, tells each change of phase, and closes its books on SIGTERM',
  SLOW,
  async ({ expect }) => {
    const scenario = {
      name: 'short',
      phases: [{ fromMs: 30, toMs: 60, faults: [{ fault: 'empty' }] }],
    }
    const path = await file('short.json', JSON.stringify(scenario))
    let asked = false
    const { code, out } = await run(
      ['--scenario', path, '--port', '0', '--seed', '9'],
      (sofar, child) => {
        const url = /on (http:\S+)/.exec(sofar)?.[1]
        if (asked || url === undefined || !sofar.includes('+0.1 s')) return
        asked = true
        void ask(url).then(() => child.kill('SIGTERM'))
      },
    )
    expect(out.split('\n')).toStrictEqual([
      expect.stringMatching(/^short \(seed 9\) on http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringContaining('/v1, Anthropic and Google baseURL http://127.0.0.1:'),
      '+0.0 s  healthy',
      '+0.0 s  empty 100 %',
      '+0.1 s  healthy',
      expect.stringMatching(/^1 requests: 1 ok; billed 2 input and \d+ output tokens\.$/),
      '',
    ])
    expect(code).toBe(0)
  },
)

it.concurrent('explains itself', SLOW, async ({ expect }) => {
  const { code, out } = await run(['--help'])
  expect(code).toBe(0)
  for (const word of ['--scenario', '--port', '--seed', 'outage', 'bad-day'])
    expect(out).toContain(word)
})

it.concurrent('answers bad input with one sentence and exit code 2', SLOW, async ({ expect }) => {
  const path = await file('typo.json', '{"phases":[{"faults":[{"fault":"outtage"}]}]}')
  const { code, out, error } = await run(['--scenario', path])
  expect([code, out]).toStrictEqual([2, ''])
  expect(error).toMatch(
    /^holdfast-chaos: scenario\.phases\[0\]\.faults\[0\]\.fault must be one of .+, but is "outtage"\.\n$/,
  )
})
