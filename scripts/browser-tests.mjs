// Clicks through the inspector in a real browser; apart from `pnpm test`, for it takes a third of the time of all the rest.
import { spawnSync } from 'node:child_process'

const { status } = spawnSync(
  'pnpm',
  ['exec', 'vitest', 'run', 'examples/inspector-browser.test.ts', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, BROWSER_TESTS: '1' } },
)
process.exit(status ?? 1)
