/**
 * What a resilience layer is for, measured: fifteen incidents, real stacks, and the bound. See resilience/README.md.
 *
 *     pnpm bench:resilience [--json | --markdown] [--charts dir] [--seeds 1,2] [--scenarios a,b] [--contenders holdfast]
 *                           [--wire [--speed 5]] [--quick] [--errors] [--timeline]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { broken } from './resilience/floors.ts'
import { measure } from './resilience/measure.ts'
import { charts } from './resilience/report/chart.ts'
import { markdown, standings } from './resilience/report/markdown.ts'
import { readSettings } from './resilience/settings.ts'

const settings = readSettings(process.argv.slice(2))
const results = await measure(settings)

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
