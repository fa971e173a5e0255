import type { PipelineShape } from '@holdfast/core'

import { LONGEST_WAIT_MS } from './come-back.ts'
import type { List } from './list.ts'

/** Every target in turn; twice where a retry inside may give way in the first round. */
export const worstCase = <Req, Res>(list: List<Req, Res>, inner: PipelineShape): PipelineShape => {
  const nested = [...list.handlers.values()].map((handler) => handler.describe())
  const through = list.targets.length - nested.length + Number(list.ownProvider)
  const isSingle = through + nested.length === 1
  const rounds = (retries: boolean): number => (retries && !isSingle ? 2 : 1)

  let turns = rounds(inner.retryLayers > 0)
  let { maxRequests, maxMs, warnings } = inner
  maxRequests *= through * turns
  maxMs *= through * turns
  for (const one of nested) {
    const times = rounds(one.policies.some(({ floor }) => floor === 'retry'))
    turns = Math.max(turns, times)
    maxRequests += times * one.maxRequests
    maxMs += times * one.maxMs
    warnings = [...warnings, ...one.warnings]
  }
  if (turns > 1) maxMs += LONGEST_WAIT_MS
  return { ...inner, maxRequests, maxMs, warnings }
}
