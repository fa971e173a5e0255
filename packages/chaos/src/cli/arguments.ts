import { parseArgs } from 'node:util'

/** What a command line can be wrong about; the message is all that the user sees. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What the command line asks for. */
export interface CliArguments {
  /** A file, or the name of a built-in scenario. */
  readonly scenario: string
  readonly port: number
  /** Overrides the seed of the scenario. */
  readonly seed?: number
  readonly help: boolean
}

/** The port when none is given. */
const PORT = 8787

const wholeNumber = (flag: string, given: string, max: number): number => {
  if (/^\d+$/.test(given) && Number(given) <= max) return Number(given)
  throw new UsageError(`--${flag} must be a whole number from 0 to ${max}, but is "${given}".`)
}

const parse = (argv: readonly string[]): Readonly<Record<string, string | boolean | undefined>> => {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        scenario: { type: 'string', default: 'healthy' },
        port: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/**
 * Reads a command line.
 *
 * @throws UsageError with a sentence that names the flag and its value.
 */
export const readArguments = (argv: readonly string[]): CliArguments => {
  const { scenario, port, seed, help } = parse(argv)
  return {
    scenario: String(scenario),
    port: typeof port === 'string' ? wholeNumber('port', port, 65_535) : PORT,
    ...(typeof seed === 'string' && { seed: wholeNumber('seed', seed, 2 ** 32 - 1) }),
    help: help === true,
  }
}
