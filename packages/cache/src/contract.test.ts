import { testClock } from '@holdfast/testing'
import { policyContract, storeContract } from '@holdfast/testing/contract'
import { Keyv } from 'keyv'
import { vi } from 'vitest'

import { cache } from './cache.ts'
import { keyvStore } from './keyv-store.ts'
import { memoryStore } from './memory-store.ts'

policyContract('cache', () => cache({ scope: 'shared', ttlMs: 60_000 }))
policyContract('cache (stale-if-error, slow store)', () =>
  cache({
    scope: () => 'tenant',
    ttlMs: 60_000,
    mode: 'stale-if-error',
    staleTtlMs: 60_000,
    store: { get: () => new Promise(() => {}), set: () => new Promise(() => {}) },
    storeTimeoutMs: 50,
  }),
)

const clock = testClock(1_000)
storeContract('memoryStore', () => memoryStore({ clock }), {
  advance: clock.advance,
})

// Keyv reads the platform's wall clock.
let now = Date.now()
storeContract(
  'keyvStore',
  () => {
    vi.spyOn(Date, 'now').mockImplementation(() => now)
    return keyvStore(new Keyv())
  },
  {
    advance: (ms) => void (now += ms),
    except: {
      'takes keys literally: no folding, trimming, normalising, cutting or globbing':
        'Keyv refuses the empty key and reserved names; ours are 64 hex digits',
    },
  },
)
