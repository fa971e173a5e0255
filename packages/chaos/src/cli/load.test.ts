import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { SCENARIOS } from '../scenario/built-in.ts'
import { UsageError } from './arguments.ts'
import { loadScenario } from './load.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-'))
})
afterAll(() => rm(folder, { recursive: true }))

const load = (scenario: string, seed?: number): Promise<unknown> =>
  loadScenario({ scenario, port: 0, help: false, ...(seed !== undefined && { seed }) })

const file = async (content: string): Promise<string> => {
  const path = join(folder, 'scenario.json')
  await writeFile(path, content)
  return path
}

it('knows the built-in scenarios by name, and gives them another seed', async () => {
  expect(await load('outage')).toBe(SCENARIOS['outage'])
  expect(await load('outage', 7)).toStrictEqual({ ...SCENARIOS['outage'], seed: 7 })
})

it('reads a file, and leaves its judgement to the server', async () => {
  expect(await load(await file('{"phases":[]}'), 7)).toStrictEqual({ phases: [], seed: 7 })
  expect(await load(await file('[1]'), 7)).toStrictEqual([1])
})

it('answers what is neither a file nor a name, and what is not JSON, with a sentence', async () => {
  await expect(load('toString')).rejects.toThrow(
    '--scenario must be a file or one of healthy, outage, rate-limit, brown-out, bad-answers, broken-streams, bad-day, but is "toString".',
  )
  await expect(load(await file('{"phases":'))).rejects.toThrow(UsageError)
  await expect(load(await file('{"phases":'))).rejects.toThrow('is not JSON')
})
