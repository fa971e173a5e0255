const TAIL: unique symbol = Symbol.for('holdfast.tail') as never

/** Marks an answer that goes on after it was handed over: `tail` settles when it is really over. */
export const withTail = <Res extends object>(response: Res, tail: Promise<void>): Res =>
  Object.defineProperty(response, TAIL, { value: tail })

/** When an answer is really over: undefined for a plain value (now), a promise for a stream. */
export const settled = (response: unknown): Promise<void> | undefined =>
  typeof response === 'object' && response !== null
    ? (response as { [TAIL]?: Promise<void> })[TAIL]
    : undefined
