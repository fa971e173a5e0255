import { expect, it } from 'vitest'

import { readArguments, UsageError } from './arguments.ts'

it('has a default for everything', () => {
  expect(readArguments([])).toStrictEqual({ scenario: 'healthy', port: 8787, help: false })
})

it('reads every flag', () => {
  const argv = ['--scenario', 'outage.json', '--port=0', '--seed', '7', '-h']
  expect(readArguments(argv)).toStrictEqual({
    scenario: 'outage.json',
    port: 0,
    seed: 7,
    help: true,
  })
})

it.each([
  [['--port', 'http'], '--port must be a whole number from 0 to 65535, but is "http".'],
  [['--port', '65536'], '--port must be a whole number from 0 to 65535, but is "65536".'],
  [['--port=-1'], '--port must be a whole number from 0 to 65535, but is "-1".'],
  [['--seed', '1e3'], '--seed must be a whole number from 0 to 4294967295, but is "1e3".'],
  [['--host', '0.0.0.0'], "Unknown option '--host'"],
  [['outage'], "Unexpected argument 'outage'"],
])('answers %j with a sentence', (argv, sentence) => {
  expect(() => readArguments(argv)).toThrow(UsageError)
  expect(() => readArguments(argv)).toThrow(sentence)
})
