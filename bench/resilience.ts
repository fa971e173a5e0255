/**
 * What a resilience layer is for, measured: fifteen incidents, real stacks, and the bound. See resilience/README.md.
 *
 *     pnpm bench:resilience [--json | --markdown] [--charts dir] [--seeds 1,2] [--scenarios a,b] [--contenders holdfast]
 *                           [--wire [--speed 5]] [--quick] [--errors] [--timeline]
 *     pnpm bench:resilience --from result.json --markdown --charts dir
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { broken } from './resilience/floors.ts'
import { measure } from './resilience/measure.ts'
import { charts } from './resilience/report/chart.ts'
import { markdown, standings } from './resilience/report/markdown.ts'
import { merged, type Results } from './resilience/results.ts'
import { readSettings } from './resilience/settings.ts'

const settings = readSettings(process.argv.slice(2))
const results =
  settings.from.length === 0
    ? await measure(settings)
    : merged(settings.from.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Results))

if (settings.output === 'json') console.log(JSON.stringify(results, null, 2))
else console.log(settings.output === 'markdown' ? markdown(results) : standings(results))

if (settings.chartsTo !== undefined) {
  mkdirSync(settings.chartsTo, { recursive: true })
  for (const [file, svg] of charts(results)) writeFileSync(join(settings.chartsTo, file), svg)
}
if (settings.quick) {
  const lost = broken(results)
  for (const sentence of lost) console.error(sentence)
  process.exitCode = lost.length > 0 ? 1 : 0
}
