#!/usr/bin/env node
import { ScenarioError } from './check.ts'
import { announcements, farewell } from './cli/announce.ts'
import { readArguments, UsageError } from './cli/arguments.ts'
import { loadScenario } from './cli/load.ts'
import { LONGEST_TIMER_MS } from './deliver.ts'
import { SCENARIOS } from './scenario/built-in.ts'
import { startFaultServer, type FaultServer } from './server.ts'

const HELP = `holdfast-chaos: an LLM provider on 127.0.0.1 that fails as you say.

  holdfast-chaos [--scenario <file.json | name>] [--port <n>] [--seed <n>]

  --scenario  a JSON file, or one of ${Object.keys(SCENARIOS).join(', ')} (default healthy)
  --port      where to listen (default 8787; 0 takes any free port)
  --seed      overrides the scenario's seed: same seed, same faults
  --help      this text
`

/** Prints the phases as they come, and the books when the user presses Ctrl-C. */
const accompany = (server: FaultServer, lines: ReturnType<typeof announcements>): void => {
  const timers = lines
    .filter(({ atMs }) => atMs <= LONGEST_TIMER_MS)
    .map(({ atMs, line }) => setTimeout(console.log, atMs, line))
  const leave = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer)
    await server.close()
    console.log(farewell(server.stats()))
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void leave())
}

const run = async (argv: readonly string[]): Promise<void> => {
  const args = readArguments(argv)
  if (args.help) return console.log(HELP)
  const scenario = await loadScenario(args)
  const server = await startFaultServer(scenario, { port: args.port })
  const { name = args.scenario, seed = 1 } = scenario
  console.log(`${name} (seed ${seed}) on ${server.url}`)
  console.log(`  OpenAI baseURL ${server.url}/v1, Anthropic and Google baseURL ${server.url}`)
  return accompany(server, announcements(scenario))
}

/** Bad input is 2, as shells expect of a usage error; a port in use and the like are 1. */
const exitCodeOf = (error: unknown): number =>
  error instanceof UsageError || error instanceof ScenarioError ? 2 : 1

run(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`holdfast-chaos: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = exitCodeOf(error)
})
