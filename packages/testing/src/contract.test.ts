import { expect, test } from 'vitest'

import { testClock } from './clock.ts'
import { policyContract, storeContract, type StoredSample, type StoreLike } from './contract.ts'

policyContract('a policy that does nothing', () => (_ctx, next) => next())
policyContract(
  'a stand-in for any failure',
  () => (ctx, next) =>
    next().catch((error: unknown) => {
      if (ctx.signal.aborted || error instanceof TypeError) throw error
      return ctx.request.prompt
    }),
  {
    except: {
      'rethrows the very error, an Error or not (T28)': 'it answers instead',
      'takes a synchronous throw for a rejection (T30)': 'it answers instead',
      'takes a foreign thenable for a promise (T31)': 'it answers instead when then throws',
      'keeps concurrent calls apart': 'the failing call is answered',
    },
  },
)

const clock = testClock()
const mapStore = (): StoreLike => {
  const entries = new Map<string, { sample: StoredSample; until: number }>()
  return {
    get: (key) => {
      const entry = entries.get(key)
      return entry !== undefined && entry.until > clock.now() ? entry.sample : undefined
    },
    set: (key, sample, ttlMs) => entries.set(key, { sample, until: clock.now() + ttlMs }),
  }
}
storeContract('a map', mapStore, { advance: clock.advance })

const eternalStore = (): StoreLike => {
  const entries = new Map<string, StoredSample>()
  return { get: (key) => entries.get(key), set: (key, sample) => entries.set(key, sample) }
}
storeContract('a map that keeps everything', eternalStore, {
  advance: clock.advance,
  except: {
    'forgets ttlMs milliseconds after it was last set, not before, and no later for being read':
      'it is meant to keep everything',
  },
})

test('an exception must name a clause that there is', () => {
  const declare = (): void =>
    policyContract('x', () => (_ctx, next) => next(), { except: { 'is fast': 'why not' } })
  expect(declare).toThrow("there is no clause 'is fast'")
})

test('an exception must give its reason', () => {
  const declare = (): void =>
    policyContract('x', () => (_ctx, next) => next(), {
      except: { 'keeps concurrent calls apart': ' ' },
    })
  expect(declare).toThrow("say why 'keeps concurrent calls apart' cannot hold")
})
