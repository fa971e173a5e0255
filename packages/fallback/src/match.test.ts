import { faultOf, type TargetInfo } from '@holdfast/core'
import { expect, test } from 'vitest'

import { tooSmall } from './match.ts'

const target = { id: 'a', provider: 'p' }

test('a way out of a full window is a larger one, or one that nobody declared', () => {
  const full = (of: TargetInfo) => ({ target: of, fault: faultOf('context-window', 'full') })
  const windowOf = (contextWindow: number): TargetInfo => ({ ...target, contextWindow })
  const failures = [
    { target: windowOf(900), fault: faultOf('server', 'down') },
    full(windowOf(100)),
    full(windowOf(150)),
  ]
  expect(tooSmall(windowOf(150), failures)).toMatch("not larger than that of 'a'")
  expect(tooSmall(windowOf(151), failures)).toBeUndefined()
  expect(tooSmall(target, failures)).toBeUndefined()
  expect(tooSmall(windowOf(150), [full(target)])).toBeUndefined()
})
