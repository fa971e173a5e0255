import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

// Opens a thousand breakers, then has nothing more to do: whatever keeps the process alive is ours.
const program = `
  import { pipeline } from '@holdfast/core'
  import { circuitBreaker, circuitsOf } from '@holdfast/circuit-breaker'
  const down = () => Promise.reject(Object.assign(new Error('down'), { status: 503 }))
  let open = 0
  for (let i = 0; i < 1000; i++) {
    const breaker = circuitBreaker({ consecutiveFailures: 1 })
    await pipeline(down, [breaker], { name: 'p' })('hi').catch(() => {})
    if (circuitsOf(breaker).state() === 'open') open++
  }
  const timers = process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate/.test(name)).length
  console.log(JSON.stringify({ open, timers }))
`

test('T56 an idle process with a thousand open breakers holds no timer and exits', async () => {
  const run = promisify(execFile)(
    process.execPath,
    ['--conditions=@holdfast/source', '--input-type=module', '--eval', program],
    { cwd: new URL('..', import.meta.url), timeout: 10_000 },
  )
  expect(JSON.parse((await run).stdout)).toEqual({ open: 1_000, timers: 0 })
}, 15_000)
