/**
 * `docs/traps.md` lists the known failures of this field by number; each that it says is shown must stand in the title of
 * a test. Run by `pnpm check`; exits 1 with the numbers that no test names.
 */
import { globSync, readFileSync } from 'node:fs'

const NUMBER = /\b(?:T\d+|R-\d+)\b/g

const tests = globSync([
  'packages/*/{src,test}/**/*.test.ts',
  'packages/testing/src/clauses/*.ts',
  'examples/**/*.test.ts',
])
/** A line that opens a text and names a number in it: the title of a test. */
const TITLE = /['"`][^'"`]*\b(?:T\d+|R-\d+)\b.*/g
const shown = new Set(
  tests.flatMap((path) =>
    (readFileSync(path, 'utf8').match(TITLE) ?? []).flatMap((title) => title.match(NUMBER) ?? []),
  ),
)

const page = readFileSync('docs/traps.md', 'utf8')
const promised = page.split('## Owed')[0]!
const listed = [
  ...new Set([...promised.matchAll(/^\| ((?:T\d+|R-\d+)) /gm)].map(([, number]) => number!)),
]
const missing = listed.filter((number) => !shown.has(number))
for (const number of missing)
  console.error(`${number}: docs/traps.md says it is shown, but no test names it`)
console.log(`traps: ${listed.length} listed, ${missing.length} without a test`)
process.exitCode = missing.length > 0 || listed.length === 0 ? 1 : 0
