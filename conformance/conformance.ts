/**
 * Faults × phases × clients: what a consumer sees of every SDK as it comes, and through holdfast, over loopback.
 *
 *   pnpm conformance [--json] [--only <text in a fault or a client>]
 *
 * It fails when holdfast lied: a cut, doubled or spliced answer that was taken for a whole one.
 */
import { parseArgs } from 'node:util'

import { CLIENTS } from './clients/table.ts'
import { CASES } from './faults.ts'
import { holdfast } from './holdfast.ts'
import { report } from './report.ts'
import { runTable } from './run.ts'
import { asTheyCome } from './stack.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
})
// SDKs tell the console what they cannot parse; the table tells it better.
console.error = () => {}
console.warn = () => {}
const named = CLIENTS.filter((client) => client.name.includes(values.only))
const met = CASES.filter((one) => one.fault.includes(values.only))
const result = await runTable(
  [asTheyCome, holdfast],
  met.length > 0 ? met : CASES,
  named.length > 0 ? named : CLIENTS,
)
const text = values.json ? JSON.stringify(result, undefined, 2) : report(result)
const { silentCuts, duplicates, splices } = result.holdfast
const lies = silentCuts + duplicates + splices
// Who hangs as it comes keeps its socket: the process must not wait for it.
process.stdout.write(`${text}\n`, () => process.exit(lies === 0 ? 0 : 1))
