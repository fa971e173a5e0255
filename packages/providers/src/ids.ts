import { withParts } from './kept.ts'
import { linkOf } from './links.ts'
import { at, changed } from './path.ts'
import { words } from './shape.ts'

/** OpenAI takes 40 characters, Anthropic and Bedrock words with hyphens: what fits both fits all but Mistral. */
const FITS = /^[\w-]{1,40}$/
const FITS_MISTRAL = /^[a-zA-Z0-9]{9}$/

/** A turn whose tool calls and results have ids of a form that the target takes. */
export function withFittingIds(turn: unknown, to: string): unknown {
  const fits = to.includes('mistral') ? FITS_MISTRAL : FITS
  const fitted = (part: unknown): unknown => {
    const path = linkOf(part)
    const id = path && words(at(part, path))
    return id && !fits.test(id) ? changed(part, path, () => shortened(id)) : part
  }
  return withParts(fitted(turn), fitted)
}

/** Nine letters and digits of the id alone, so that a conversation keeps them, and its prompt cache, as it grows. */
function shortened(id: string): string {
  let [low, high] = [0x811c9dc5, 0x01000193]
  for (let n = 0; n < id.length; n++) {
    low = Math.imul(low ^ id.charCodeAt(n), 0x01000193)
    high = Math.imul(high ^ id.charCodeAt(n), 0x85ebca6b)
  }
  const digits = (low >>> 0).toString(36) + (high >>> 0).toString(36)
  return digits.padStart(9, '0').slice(-9)
}
