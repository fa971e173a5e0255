import { createHash } from 'node:crypto'

/** SHA-256 as hex. At once: `crypto.subtle` costs a thread hop (about 100 µs) whatever the size. */
export const sha256 = (text: string): string | Promise<string> =>
  createHash('sha256').update(text).digest('hex')
