/**
 * What a function of the user's comes to, as a promise, whatever it does: throw at once (T30), answer with a bare value
 * or a foreign thenable (T31). Two arguments and no closure, for it stands on the way of every call.
 */
export const promised = <A, B, Res>(
  call: (a: A, b: B) => Promise<Res>,
  a: A,
  b: B,
): Promise<Res> => {
  try {
    const answer = call(a, b)
    return answer instanceof Promise ? answer : Promise.resolve(answer)
  } catch (error) {
    // The very thing that was thrown (T28).
    return Promise.reject(error)
  }
}

/** A promise of any make: one of another realm or library is no `instanceof Promise`, and would pass for an answer. */
export const isPromiseLike = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as PromiseLike<T> | null | undefined)?.then === 'function'
