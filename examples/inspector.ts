import { health, pipeline, timeout } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { inspector } from '@holdfast/inspector'
import { retry } from '@holdfast/retry'

// Two routes over two providers that are only made up, and a page on which to watch them.

interface Ask {
  readonly prompt: string
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const large = async ({ prompt }: Ask): Promise<string> => {
  await sleep(100 + Math.random() * 400)
  if (Math.random() < 0.3) throw Object.assign(new Error('overloaded'), { status: 503 })
  return `An answer to ${prompt}`
}
const small = async ({ prompt }: Ask): Promise<string> => {
  await sleep(50)
  return `A short answer to ${prompt}`
}

const house = { provider: 'acme', model: 'large', health: health() }
const orSmall = fallback([{ id: 'acme/small', provider: 'acme', model: 'small', call: small }])

/** Somebody waits: the small model will do when the large one is down. */
export const chat = pipeline(large, [orSmall, timeout({ timeoutMs: 400 })], {
  ...house,
  name: 'chat',
})
/** Nobody waits: again, until the large one answers. */
export const batch = pipeline(large, [retry({ baseDelayMs: 200 })], { ...house, name: 'batch' })

if (import.meta.main) {
  // Loopback only; `prompts: true` shows what was asked, too.
  const { url } = await inspector([chat, batch]).listen(4455)
  console.log(`Watch them on ${url}`)
  setInterval(() => {
    chat({ prompt: 'a question' }).catch(() => {})
    batch({ prompt: 'a document' }).catch(() => {})
  }, 200)
}
