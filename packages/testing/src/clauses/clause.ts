/** One promise that everything of its sort must keep: a sentence, and a check that throws when it is broken. */
export interface Clause<Subject> {
  readonly says: string
  /** A plain function, so that the contract itself can be tested: a bad subject must fail exactly one clause. */
  readonly check: (create: Subject) => Promise<void>
}

/** Throws the sentence unless it holds. */
export function must(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence)
}

/** A value as a failed clause should quote it: an error by its message, never a dump of an object graph. */
export const show = (value: unknown): string => {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  return typeof value === 'string'
    ? `'${value}'`
    : typeof value === 'object' && value !== null
      ? '{…}'
      : String(value)
}
