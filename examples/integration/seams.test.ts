import { circuitBreaker } from '@holdfast/circuit-breaker'
import {
  classify,
  deadline,
  DeadlineExceededError,
  pipeline,
  timeout,
  type Target,
} from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { retry } from '@holdfast/retry'
import { hang, script, testClock } from '@holdfast/testing'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'

// Found by playing the whole stack against odd targets and real clients.
interface Ask {
  readonly prompt: string
}
const hi: Ask = { prompt: 'hi' }
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'answered',
    (error: unknown) => error,
  )

describe('the seams of a call', () => {
  test("a target's own hook that throws is a rejection like any other: no timer is left behind", async () => {
    const clock = testClock()
    const bug = new TypeError('no messages')
    const broken: Target<Ask, string> = {
      id: 'broken',
      provider: 'broken',
      request: () => {
        throw bug
      },
    }
    const chat = pipeline(
      script<Ask>('unreached'),
      [
        deadline({ timeoutMs: 60_000 }),
        fallback([broken]),
        retry(),
        circuitBreaker(),
        timeout({ timeoutMs: 15_000 }),
      ],
      { clock },
    )
    expect(await caught(chat(hi))).toBe(bug)
    expect(clock.pending).toBe(0)
  })

  test('a deadline that is over asks nobody', async () => {
    const clock = testClock(5_000)
    const provider = script<Ask>(hang())
    const chat = pipeline(provider, [retry(), timeout({ timeoutMs: 15_000 })], { clock })
    expect(DeadlineExceededError.is(await caught(chat(hi, { deadline: 4_000 })))).toBe(true)
    expect(provider.calls).toHaveLength(0)
    expect(clock.pending).toBe(0)
  })
})

describe('what the real client makes of an answer', () => {
  const thrownBy = (answer: () => Response): Promise<unknown> => {
    const client = new OpenAI({ apiKey: 'none', maxRetries: 0, fetch: async () => answer() })
    return caught(client.chat.completions.create({ model: 'm', messages: [] }))
  }

  test.each([404, 410])('R-23 a bare %i is a model that is gone', async (status) => {
    expect(classify(await thrownBy(() => new Response('', { status }))).kind).toBe(
      'model-unavailable',
    )
  })

  test("R-27 the client's copy of a sentence is not read on into the sentence itself", async () => {
    const error = {
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      type: 'invalid_request_error',
      param: 'max_tokens',
      code: 'unsupported_parameter',
    }
    const thrown = await thrownBy(() => Response.json({ error }, { status: 400 }))
    expect(classify(thrown).kind).toBe('invalid-request')
  })
})
