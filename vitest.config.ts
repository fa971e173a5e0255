import { defineConfig } from 'vitest/config'

// '@holdfast/source' makes workspace imports resolve to src/*.ts: no build before tests.
const conditions = ['@holdfast/source', 'module', 'node', 'development|production']

// A browser takes a third of the time of all the rest: `pnpm test:browser` and CI start one.
const withBrowser = process.env['BROWSER_TESTS'] === '1'

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Type tests (*.test-d.ts, expectTypeOf) are checked by `pnpm typecheck`, not by vitest.
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/**/*.test.ts',
      'conformance/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', ...(withBrowser ? [] : ['examples/inspector-browser.test.ts'])],
    benchmark: { include: ['packages/*/bench/**/*.bench.ts', 'examples/bench/**/*.bench.ts'] },
    // One worker for many files: a fresh one for each took two thirds of the time. Tests put back what they replace.
    isolate: false,
    // All cores: one is left idle by default, which on two of them is half.
    maxWorkers: '100%',
    restoreMocks: true,
    unstubGlobals: true,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 90, branches: 80 },
    },
  },
})
