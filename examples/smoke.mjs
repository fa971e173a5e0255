import { cache } from '@holdfast/cache'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { deadline, pipeline, timeout } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { auto } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { notEmpty, notTruncated } from '@holdfast/validators'

// Runs wherever JavaScript does: no import of a platform, no console. The runtime matrix runs it with the packed
// packages on Node, Bun, Deno and workerd.

/** @type {(status: number) => Error} */
const httpError = (status) => Object.assign(new Error(`status ${status}`), { status })

/** @type {(truth: boolean, what: string) => void} */
const assert = (truth, what) => {
  if (!truth) throw new Error(`smoke: ${what}`)
}

/**
 * One pipeline of every policy, over a provider that is down and another that answers at the second try.
 *
 * @returns {Promise<'ok'>}
 */
export const smoke = async () => {
  let primary = 0
  let secondary = 0
  const chat = pipeline(
    async (/** @type {{ prompt: string }} */ _request) => {
      primary++
      throw httpError(503)
    },
    [
      cache({ scope: 'shared', ttlMs: 60_000 }),
      deadline({ timeoutMs: 10_000 }),
      fallback([
        {
          id: 'second',
          provider: 'second',
          call: async ({ prompt }) => {
            if (++secondary === 1) throw httpError(500)
            return { text: `You said: ${prompt}` }
          },
        },
      ]),
      retry({ baseDelayMs: 1 }),
      notEmpty(),
      notTruncated(),
      circuitBreaker(),
      timeout({ timeoutMs: 2_000 }),
    ],
    { name: 'smoke', provider: 'first', dialect: auto },
  )

  const { response, report } = await chat.withReport({ prompt: 'hello' })
  const { attempts, served } = await report
  assert(response.text === 'You said: hello', `the answer is ${response.text}`)
  assert(served?.target === 'second', `${served?.target} served`)
  assert(primary === 1, `the first target was asked ${primary} times`)
  assert(attempts.length === 3, `${attempts.length} attempts`)

  const again = await chat.withReport({ prompt: 'hello' })
  assert(again.response.text === response.text, 'the cached answer is another')
  assert((await again.report).cache?.status === 'hit', 'the cache did not answer')
  assert(secondary === 2, `the second target was asked ${secondary} times`)
  return 'ok'
}
