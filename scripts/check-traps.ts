/**
 * `docs/traps.md` lists the known failures of this field by number, and where each is shown: a test there must have the
 * number in its title, and a number in a title must stand on the page. Run by `pnpm check`; exits 1 with what is amiss.
 */
import { globSync, readFileSync } from 'node:fs'

const NUMBER = /\b(?:T\d+|R-\d+)\b/g
/** A line that opens a text of several words and names a number in it: the title of a test. */
const TITLE = /['"`](?=[^'"`\n]* )[^'"`\n]*\b(?:T\d+|R-\d+)\b.*/g

const tests = globSync([
  'packages/*/{src,test}/**/*.test.ts',
  'packages/testing/src/clauses/*.ts',
  'examples/**/*.test.ts',
])
/** `packages/retry/src/retry.test.ts` is of `retry`, `examples/demo.test.ts` of `examples`. */
const placeOf = (path: string): string => path.replace(/^packages\//, '').split('/')[0]!

const shown = new Map<string, Set<string>>()
for (const path of tests)
  for (const title of readFileSync(path, 'utf8').match(TITLE) ?? [])
    for (const number of title.match(NUMBER) ?? [])
      shown.set(number, (shown.get(number) ?? new Set<string>()).add(placeOf(path)))

const [promised = '', owed = ''] = readFileSync('docs/traps.md', 'utf8').split('## Owed')
const ROW = /^\| ((?:T\d+|R-\d+)) +\|.*\| (\S.*?) +\|$/gm
const listed = new Map([...promised.matchAll(ROW)].map(([, number, places]) => [number!, places!]))

const amiss = [
  ...[...listed].flatMap(([number, places]) =>
    places
      .split(', ')
      .filter((place) => !shown.get(number)?.has(place))
      .map(
        (place) => `${number}: docs/traps.md says that ${place} shows it, no test there names it`,
      ),
  ),
  ...[...shown.keys()]
    .filter((number) => !listed.has(number) && !owed.includes(`| ${number} `))
    .map((number) => `${number}: a test names it, docs/traps.md does not`),
]
for (const line of amiss) console.error(line)
for (const [number, places] of shown)
  if (owed.includes(`| ${number} `))
    console.log(`${number}: no longer owed, shown in ${[...places].toSorted().join(', ')}`)
console.log(`traps: ${listed.size} listed, ${amiss.length} amiss`)
process.exitCode = amiss.length > 0 || listed.size === 0 ? 1 : 0
