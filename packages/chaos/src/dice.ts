import { createHash } from 'node:crypto'

/** A hexadecimal hash of some words; the same words give the same hash on every machine. */
export const hashOf = (...words: readonly (string | number)[]): string =>
  // JSON keeps the words apart: ('ab', 'c') and ('a', 'bc') must not meet.
  createHash('sha256').update(JSON.stringify(words)).digest('hex')

/** A fair die from 0 (included) to 1 (excluded), decided by the words alone and never by chance. */
export const dice = (...words: readonly (string | number)[]): number =>
  Number.parseInt(hashOf(...words).slice(0, 12), 16) / 2 ** 48
