import type { PipelineShape } from '@holdfast/core'

/** How the worst case of what is inside looks to those outside, when a policy may ask `rounds` more times. */
export const asks =
  (rounds: number) =>
  (inner: PipelineShape): PipelineShape => ({
    ...inner,
    maxRequests: inner.maxRequests * (1 + rounds),
    maxMs: inner.maxMs * (1 + rounds),
  })
