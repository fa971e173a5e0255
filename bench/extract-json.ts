/**
 * How long hostile texts of a megabyte take `extractJson`: CPU milliseconds, the best of three.
 *
 *     pnpm bench:extract-json [--json]
 */
import { extractJson } from '@holdfast/validators'

const UNITS = [
  '[',
  '{',
  '{"a":',
  '[{',
  '`',
  '```',
  '```\n',
  '"',
  '{"',
  '["',
  "'",
  ':',
  '"a,"',
  '("',
  '"+"',
  '{}',
  '{"a":1}\n',
  '"\\',
]
const BYTES = 1_000_000

const cpuMs = (text: string): number => {
  const before = process.cpuUsage()
  try {
    extractJson(text, { allowPartial: true })
  } catch {
    // That it declines is right; how soon is the question.
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const rows = UNITS.map((unit) => {
  const text = `x ${unit.repeat(BYTES / unit.length)}`
  return { unit, cpuMs: Math.round(Math.min(cpuMs(text), cpuMs(text), cpuMs(text)) * 10) / 10 }
})
if (process.argv.includes('--json')) console.log(JSON.stringify({ bytes: BYTES, rows }, null, 2))
else console.table(rows)
