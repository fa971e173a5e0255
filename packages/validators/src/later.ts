/** A promise of any make: one of another realm or library is no `instanceof Promise`, and would pass for a verdict. */
export const isLater = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as PromiseLike<T> | null | undefined)?.then === 'function'
