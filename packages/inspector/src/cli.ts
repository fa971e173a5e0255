#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'

import { Feed } from './feed.ts'
import { recordingOf } from './replay.ts'
import { serve } from './serve.ts'

const HELP = `holdfast-inspector: shows what was exported from an inspector, on a page of this machine.

  holdfast-inspector <file.json> [--port <n>]

  <file.json>  a recording, a call, or a list of calls, as the page exports them
  --port       where to listen (default 4455; 0 takes any free port)
  --help       this text

To look at a process while it runs, let it show the page itself; nothing can be attached from outside:

  import { inspector } from '@holdfast/inspector'
  await inspector(chat).listen(4455)
`

const run = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '4455' },
      help: { type: 'boolean', default: false },
    },
  })
  const [file] = positionals
  if (values.help || file === undefined) {
    console.log(HELP)
    if (!values.help) process.exitCode = 2
    return
  }
  const recording = recordingOf(JSON.parse(await readFile(file, 'utf8')))
  const { url } = await serve(
    { feed: new Feed(), recording: () => recording },
    Number(values.port),
    undefined,
  )
  console.log(`${recording.calls.length} calls of ${file} on ${url}`)
}

run().catch((error: unknown) => {
  console.error(`holdfast-inspector: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
