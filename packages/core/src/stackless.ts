/**
 * Makes an error without a stack: capturing one costs more than all the rest of a rejection, and whoever rejects thousands
 * a second (an open circuit, a full queue) rejects them all from the same place.
 *
 * @example
 * throw stackless(() => new CircuitOpenError(key))
 */
export const stackless = <E extends Error>(make: () => E): E => {
  const stacks = Error as { stackTraceLimit?: unknown }
  const limit = stacks.stackTraceLimit
  // Not every engine has the limit, and a hardened one does not let it be set.
  if (typeof limit !== 'number' || !Reflect.set(Error, 'stackTraceLimit', 0)) return make()
  try {
    return make()
  } finally {
    stacks.stackTraceLimit = limit
  }
}
