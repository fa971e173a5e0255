import type { PipelineShape } from '@holdfast/core'

import { LONGEST_WAIT_MS } from './come-back.ts'
import type { List } from './list.ts'

/** Every target in turn; twice where a retry inside may give way in the first round. */
export const worstCase = <Req, Res>(
  { targets, ownProvider }: List<Req, Res>,
  inner: PipelineShape,
): PipelineShape => {
  const own = { ...inner, retries: inner.retryLayers > 0 }
  const all = targets.map(({ pipeline }) => {
    if (pipeline === undefined) return own
    const nested = pipeline.describe()
    return { ...nested, retries: nested.policies.some(({ floor }) => floor === 'retry') }
  })
  if (ownProvider) all.push(own)
  const mayComeBack = all.length > 1 && all.some(({ retries }) => retries)

  let maxRequests = 0
  let maxMs = mayComeBack ? LONGEST_WAIT_MS : 0
  for (const one of all) {
    const turns = mayComeBack && one.retries ? 2 : 1
    maxRequests += turns * one.maxRequests
    maxMs += turns * one.maxMs
  }
  return {
    ...inner,
    maxRequests,
    maxMs,
    warnings: [...new Set(all.flatMap((one) => one.warnings))],
  }
}
