/** The worst case of a chain, folded from the inside out while a pipeline is built; policies widen or narrow it. */
export interface PipelineShape {
  /** Most upstream requests that one call can make. */
  readonly maxRequests: number
  /** Longest time that one call can take, in milliseconds; `Infinity` when nothing bounds it. */
  readonly maxMs: number
  /** The limit of one attempt, when a `timeout` stands inside. */
  readonly attemptTimeoutMs?: number
  /** How many layers inside repeat a call: more than one multiplies. */
  readonly retryLayers: number
  readonly warnings: readonly string[]
}
