import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { build } from 'tsup'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Bundles the page into `page.js` and `page.css`, into a folder of its own when none is named. */
export const bundlePage = async (into?: string): Promise<URL> => {
  const outDir = into ?? (await mkdtemp(`${tmpdir()}/holdfast-inspector-`))
  await build({
    config: false,
    entry: { page: here('main.ts') },
    outDir,
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    // Everything in one file: the page asks nobody else.
    noExternal: [/.*/],
    splitting: false,
    minify: true,
    dts: false,
    silent: true,
    tsconfig: here('tsconfig.json'),
  })
  return pathToFileURL(`${outDir}/`)
}
