/** Does the description of a pipeline say that something inside it retries, too? */
export const stacksRetries = (warnings: readonly string[]): boolean =>
  warnings.some((warning) => warning.startsWith('nested retries multiply'))

/** Was this thrown by an SDK that had retried by itself? The AI SDK says so; others keep it to themselves. */
export const wasRetriedInside = (error: unknown): boolean => {
  const { name, errors } = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown
    errors?: unknown
  }
  return name === 'AI_RetryError' && Array.isArray(errors) && errors.length > 1
}
