import type { Ask, Contender, Delivery, Means } from '../contender.ts'
import { keyOf } from '../engine/answer.ts'
import { MODEL } from '../engine/bodies.ts'
import type { Engine } from '../engine/engine.ts'
import type { ProviderName } from '../scenario.ts'

/** How many attempts of a request at a provider it looks through for one that succeeds. */
const AHEAD = 6
/** It keeps to the primary while that takes no longer than this many times the fallback. */
const TOO_SLOW = 3

interface Waiting {
  readonly key: string
  readonly deadline: number
  readonly start: (provider: ProviderName) => void
}

/** What one provider has in store for a request: the attempt that succeeds, if there is one, and when. */
interface Prospect {
  readonly provider: ProviderName
  readonly ahead: number
  readonly durationMs: number
  readonly readyInMs: number
}

const prospectsOf = (engine: Engine, key: string, now: number): Prospect[] => {
  const providers: ProviderName[] = engine.scenario.providers.fallback
    ? ['primary', 'fallback']
    : ['primary']
  return providers.flatMap((provider) => {
    for (let ahead = 0; ahead < AHEAD; ahead++) {
      const { fate, durationMs } = engine.foresee(provider, key, ahead, now)
      if (fate.kind !== 'answer') continue
      return [{ provider, ahead, durationMs, readyInMs: engine.readyInMs(provider, now) }]
    }
    return []
  })
}

const choose = ([first, second]: readonly Prospect[]): Prospect | undefined => {
  if (first === undefined || second === undefined) return first
  return first.durationMs <= TOO_SLOW * second.durationMs ? first : second
}

/** How long until a provider is ready, or behaves differently: in between it need not look again. */
const nextChange = (engine: Engine, now: number): number => {
  const { scenario } = engine
  const waits = [scenario.window, ...(scenario.providers.primary.dead ?? [])]
    .flat()
    .map((second) => second * 1_000 - now)
  for (const provider of ['primary', 'fallback'] as const)
    if (scenario.providers[provider] !== undefined) waits.push(engine.readyInMs(provider, now))
  return Math.min(...waits.filter((ms) => ms > 0))
}

/** Sends a request and shows its answer, whole or as it comes. */
const show = async (
  { fetch, urls }: Means,
  provider: ProviderName,
  body: { readonly stream: boolean },
  delivery: Delivery,
): Promise<void> => {
  const response = await fetch(`${urls[provider]}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  if (!body.stream) {
    const { choices } = (await response.json()) as Whole
    return delivery.write(choices[0]!.message.content)
  }
  for await (const part of response.body!.pipeThrough(new TextDecoderStream()))
    for (const [, data = ''] of part.matchAll(/^data: (\{.*)$/gm))
      delivery.write((JSON.parse(data) as Chunk).choices[0]?.delta.content ?? '')
}
interface Whole {
  readonly choices: readonly { readonly message: { readonly content: string } }[]
}
interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[]
}

/**
 * The bound: it knows what each attempt would come to and when each provider is ready, so it makes only attempts that
 * succeed, one per request, in order of arrival, and starts nothing that cannot end in time.
 */
const clairvoyant = (means: Means): Ask => {
  const { engine } = means
  const answered = new Map<string, string>()
  let queue: Waiting[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Starts what can be started; true when it is off the queue. */
  const dispatch = ({ key, deadline, start }: Waiting, now: number): boolean => {
    const inTime = prospectsOf(engine, key, now).filter(
      ({ durationMs }) => now + durationMs <= deadline,
    )
    const chosen = choose(inTime.filter(({ readyInMs }) => readyInMs <= 1e-6))
    if (chosen === undefined) return false
    for (let i = 0; i < chosen.ahead; i++) engine.passOver(chosen.provider, key)
    start(chosen.provider)
    return true
  }
  const look = (): void => {
    clearTimeout(timer)
    const now = performance.now()
    queue = queue.filter((one) => one.deadline > now && !dispatch(one, now))
    if (queue.length > 0) timer = setTimeout(look, nextChange(engine, now))
  }

  return async ({ prompt, stream }, delivery) => {
    const key = keyOf(prompt)
    const now = performance.now()
    const old = answered.get(key)
    if (old !== undefined && prospectsOf(engine, key, now).length === 0) {
      // The next request with this prompt has six attempts of its own to look through.
      for (let i = 0; i < AHEAD; i++) engine.passOver('fallback', key)
      delivery.stale()
      return delivery.write(old)
    }
    const body = { model: MODEL, stream, messages: [{ role: 'user', content: prompt }] }
    let text = ''
    const kept: Delivery = {
      ...delivery,
      write(more) {
        text += more
        delivery.write(more)
      },
    }
    await new Promise<void>((resolve, reject) => {
      const start = (provider: ProviderName): void => {
        // At once: the next in the queue must see the provider as this one leaves it.
        show(means, provider, body, kept).then(resolve, reject)
      }
      queue.push({ key, deadline: now + means.deadlineMs, start })
      look()
    })
    answered.set(key, text)
  }
}

export const oracle: Contender = {
  name: 'oracle',
  about: 'clairvoyant, on the same trace',
  load: () => Promise.resolve(clairvoyant),
}
