/**
 * The rules of the house that no linter knows: who may import whom, which globals are banned from the packages,
 * and what every package must have. Run by `pnpm check`; exits 1 with one line per breach.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'

interface Place {
  /** Which packages of ours it may import. */
  readonly imports: readonly string[]
  /** Runs on Node only: may use `node:` modules and the platform's time. */
  readonly nodeOnly?: true
}

/** A new package must be entered here: the place of a package is a decision. */
const HOUSE: Readonly<Record<string, Place>> = {
  core: { imports: [] },
  retry: { imports: ['core'] },
  'circuit-breaker': { imports: ['core'] },
  fallback: { imports: ['core'] },
  cache: { imports: ['core'] },
  validators: { imports: ['core'] },
  providers: { imports: ['core'] },
  interrupt: { imports: ['core'] },
  limit: { imports: ['core'] },
  hedge: { imports: ['core'] },
  monitor: { imports: ['core'] },
  fetch: { imports: ['core', 'providers'] },
  // The one adapter whose unit is a list of models.
  'ai-sdk': { imports: ['core', 'providers', 'fallback'] },
  inspector: { imports: ['core', 'monitor'], nodeOnly: true },
  holdfast: {
    imports: [
      'core',
      'retry',
      'circuit-breaker',
      'fallback',
      'cache',
      'validators',
      'providers',
      'limit',
      'hedge',
      'interrupt',
    ],
  },
  testing: { imports: ['core'] },
  chaos: { imports: [], nodeOnly: true },
}

const BANNED = [
  // `instanceof Date` reads no clock.
  /\bDate(?:\.\w+)?\s*\(/,
  /\bperformance\b/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bMath\.random\b/,
  /\bAbortSignal\.(?:any|timeout)\b/,
  /\bprocess\b/,
]
/** The files that are allowed a banned global, or a `node:` module, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'packages/core/src/clock.ts': 'the one clock and the one dice',
  'packages/cache/src/sha256.node.ts': 'the conditional import for Node',
}

const MAX_LINES = 200
/** Data: a table is as long as it is. */
const TABLES: ReadonlySet<string> = new Set(['packages/core/src/classify/table.ts'])
const isTest = (path: string): boolean => /\.test(?:-d)?\.ts$|\/clauses\/|\/fixtures\//.test(path)

/** Blanks out comments and texts, keeping line numbers, so that a banned word in a sentence is no breach. */
const codeOnly = (source: string): string =>
  source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g, (found) =>
    found.replaceAll(/[^\n]/g, ' '),
  )

const breaches: string[] = []
const breach = (where: string, what: string): void => void breaches.push(`${where}: ${what}`)

const checkImports = (
  path: string,
  name: string,
  source: string,
  declared: ReadonlySet<string>,
): void => {
  const { imports, nodeOnly } = HOUSE[name]!
  for (const [, specifier = ''] of source.matchAll(/^(?:import |.*?\bfrom )'([^']+)'$/gm)) {
    if (specifier.startsWith('.') || specifier.startsWith('#')) continue
    if (specifier.startsWith('node:')) {
      if (!nodeOnly && !EXCEPTIONS[path])
        breach(path, `imports ${specifier}, but ${name} runs everywhere`)
      continue
    }
    const [scope = '', rest = ''] = specifier.split('/')
    const dependency = scope.startsWith('@') ? `${scope}/${rest}` : scope
    const ours = dependency.startsWith('@holdfast/')
      ? dependency.slice('@holdfast/'.length)
      : undefined
    if (ours !== undefined && ours !== name && !imports.includes(ours))
      breach(
        path,
        `imports ${specifier}; ${name} may import ${imports.join(', ') || 'none of ours'}`,
      )
    if (ours === undefined && !declared.has(dependency))
      breach(path, `imports ${specifier}, which its package.json does not declare`)
  }
}

const checkGlobals = (path: string, source: string): void => {
  for (const [index, line] of codeOnly(source).split('\n').entries())
    for (const pattern of BANNED)
      if (pattern.test(line))
        breach(
          `${path}:${index + 1}`,
          `uses ${pattern.exec(line)![0]}: time and dice come from the context`,
        )
}

const checkPackage = (name: string): void => {
  const folder = `packages/${name}`
  const place = HOUSE[name]
  if (place === undefined) return breach(folder, 'is not in the plan of scripts/check-house.ts')
  for (const file of [
    'README.md',
    'src/index.ts',
    'package.json',
    'tsup.config.ts',
    'tsconfig.build.json',
  ])
    if (!existsSync(`${folder}/${file}`)) breach(folder, `lacks ${file}`)
  const files = globSync(`${folder}/src/**/*.ts`)
  if (![...files, ...globSync(`${folder}/test/**/*.ts`)].some((path) => path.endsWith('.test.ts')))
    breach(folder, 'has no tests')
  const index = readFileSync(`${folder}/src/index.ts`, 'utf8')
  if (/^(?:const|let|function|class|type|interface) /m.test(codeOnly(index)))
    breach(`${folder}/src/index.ts`, 'holds more than exports')

  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >
  const declared = new Set(
    Object.keys({ ...manifest['dependencies'], ...manifest['peerDependencies'] }),
  )
  for (const path of files) {
    const source = readFileSync(path, 'utf8')
    if (/^export default /m.test(source)) breach(path, 'has a default export')
    if (isTest(path)) continue
    checkImports(path, name, source, declared)
    if (!place.nodeOnly && !EXCEPTIONS[path]) checkGlobals(path, source)
    if (!TABLES.has(path) && source.split('\n').length > MAX_LINES)
      breach(path, `has more than ${MAX_LINES} lines`)
    if (/(?:^|\/)utils?\.ts$/.test(path)) breach(path, 'is named after nothing')
  }
}

for (const folder of globSync('packages/*')) checkPackage(folder.slice('packages/'.length))
for (const line of breaches) console.error(line)
console.log(`house: ${breaches.length} breaches`)
process.exitCode = breaches.length > 0 ? 1 : 0
