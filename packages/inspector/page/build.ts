import { fileURLToPath } from 'node:url'

import { bundlePage } from './bundle.ts'

// What is published beside the server: `pnpm build` runs this after tsup.
await bundlePage(fileURLToPath(new URL('../dist/page', import.meta.url)))
