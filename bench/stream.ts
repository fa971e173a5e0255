/**
 * What a stream costs per chunk, next to a bare one and to what others put around streams.
 *
 *     pnpm bench:stream [--json]
 */
import { measure, median, ratio } from './overhead/measure.ts'
import { CHUNKS, streamCases } from './stream/cases.ts'
import { growth } from './stream/growth.ts'

const ROUNDS = 15

const sampled = await measure(streamCases(), ROUNDS)
const round = (value: number): number => Math.round(value * 100) / 100
const bareOf = (name: string): (typeof sampled)[number] => {
  const source = name.startsWith('ReadableStream')
    ? 'ReadableStream'
    : name.startsWith('first')
      ? 'first content'
      : 'generator'
  const bare = sampled.find((one) => one.case === source && one.contender === 'bare')
  if (bare === undefined) throw new Error(`no bare case for ${name}`)
  return bare
}
const rows = sampled.map((one) => ({
  case: `${one.case}: ${one.contender}`,
  nsPerChunk: Math.round(median(one.samples) / (one.case === 'first content' ? 1 : CHUNKS)),
  ratioToBare: round(ratio(one, bareOf(one.case))),
}))
const bytesPerChunk = await growth()
const result = { node: process.version, chunks: CHUNKS, rows, bytesPerChunk }

if (process.argv.includes('--json')) console.log(JSON.stringify(result, null, 2))
else {
  console.log(
    `node ${process.version}, ${CHUNKS} chunks a stream; ns per chunk (first content: per stream)\n`,
  )
  for (const row of rows)
    console.log(
      `${row.case.padEnd(52)} ${String(row.nsPerChunk).padStart(8)} ${row.ratioToBare.toFixed(2).padStart(8)}x`,
    )
  console.log(
    `\nkept per chunk while a stream of ten thousand chunks is open: ${bytesPerChunk} bytes`,
  )
}
