import type { Row } from './cell.ts'
import type { Conformance, Sums } from './run.ts'
import type { Stack } from './stack.ts'

/** One character for what was seen; what is right is a dot. */
const SIGNS: Readonly<Record<Row['saw'], string>> = {
  complete: 'c',
  'one error': 'e',
  errors: 'E',
  'bare error': 'b',
  'silent cut': 'S',
  duplicate: 'D',
  splice: 'X',
  hang: 'H',
}

const LEGEND =
  '. right; S silent cut, D duplicate, X splice, H hang, e an error, E several, b one that tells too little, c complete'

const STACKS: readonly Stack['name'][] = ['asTheyCome', 'holdfast']

const keyOf = ({ phase, fault }: Row): string => `${phase.padEnd(9)}${fault}`

/** A table of one stack: a line for each fault, a column for each client. */
const matrix = (rows: readonly Row[]): string => {
  const clients = [...new Set(rows.map((row) => row.client))]
  const keys = [...new Set(rows.map(keyOf))]
  const heads = clients.map((client, at) => `${String(at + 1).padStart(39)}  ${client}`)
  const numbers = clients.map((_, at) => String(at + 1).padStart(3)).join('')
  const body = keys.map((key) => {
    const cells = rows.filter((row) => keyOf(row) === key)
    const signs = clients.map((client) => {
      const cell = cells.find((row) => row.client === client)
      return (cell === undefined ? '' : cell.right ? '.' : SIGNS[cell.saw]).padStart(3)
    })
    return key.padEnd(38) + signs.join('')
  })
  return [...heads, ' '.repeat(38) + numbers, ...body].join('\n')
}

const sentence = ({ cells, right, silentCuts, duplicates, splices, hangs }: Sums): string =>
  `${right} of ${cells} right, ${silentCuts} silent cuts, ${duplicates} duplicates, ${splices} splices, ${hangs} hangs`

/** The result as a terminal shows it. */
export const report = (result: Conformance): string => {
  const { amplification, rows } = result
  const tables = STACKS.flatMap((name) => {
    const own = rows.filter((row) => row.stack === name)
    return own.length === 0 ? [] : [`${name}: ${sentence(result[name])}`, matrix(own)]
  })
  const counts = amplification.map(
    ({ client, attempts, requests }) => `${client.padEnd(38)}${requests} of ${attempts}`,
  )
  const amplified =
    counts.length === 0
      ? []
      : [['Requests of one call to a server that always says 429:', ...counts].join('\n')]
  return [...tables, LEGEND, ...amplified].join('\n\n')
}
