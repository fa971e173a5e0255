import { readFile } from 'node:fs/promises'

import { SCENARIOS } from '../scenario/built-in.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { UsageError, type CliArguments } from './arguments.ts'

const readScenarioFile = async (path: string): Promise<unknown> => {
  const content = await readFile(path, 'utf8').catch(() => {
    const names = Object.keys(SCENARIOS).join(', ')
    throw new UsageError(`--scenario must be a file or one of ${names}, but is "${path}".`)
  })
  try {
    return JSON.parse(content)
  } catch (error) {
    throw new UsageError(`${path} is not JSON (${String(error)}).`)
  }
}

/**
 * The scenario that the command line asks for, unchecked.
 *
 * @throws UsageError when there is no such file and no such name, or the file is not JSON.
 */
export const loadScenario = async ({ scenario, seed }: CliArguments): Promise<Scenario> => {
  const found: unknown = Object.hasOwn(SCENARIOS, scenario)
    ? SCENARIOS[scenario]
    : await readScenarioFile(scenario)
  // What is not an object stays as it is: the server's own check says so best.
  const isObject = typeof found === 'object' && found !== null && !Array.isArray(found)
  return (isObject && seed !== undefined ? { ...found, seed } : found) as Scenario
}
