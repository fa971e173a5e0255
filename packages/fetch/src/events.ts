/** The SDK around a `resilientFetch` retries too: the requests of both multiply. */
export interface StackedRetries {
  /** What the SDK says of the request that was seen: 1 for its first retry. */
  readonly retries: number
}

declare module '@holdfast/core/events' {
  interface EventMap {
    /** Told once: set the `maxRetries` of the SDK to 0. */
    'fetch:stacked-retries': StackedRetries
  }
}
