/**
 * The error for the host: the SDK sends again whatever calls itself retryable, on top of all that was tried here, and three
 * attempts become nine requests. The copy differs in nothing else: `instanceof` and the SDK's own marks stay true of it.
 */
export const givenUp = (error: unknown): unknown => {
  if (typeof error !== 'object' || error === null) return error
  if ((error as { isRetryable?: unknown }).isRetryable !== true) return error
  const { isRetryable, ...rest } = Object.getOwnPropertyDescriptors(
    error,
  ) as PropertyDescriptorMap & {
    isRetryable: PropertyDescriptor
  }
  return Object.create(Object.getPrototypeOf(error) as object, {
    ...rest,
    isRetryable: { ...isRetryable, value: false },
    cause: { value: error, configurable: true, writable: true, enumerable: false },
  })
}
