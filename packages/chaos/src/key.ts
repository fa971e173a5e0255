import { hashOf } from './dice.ts'
import type { ChaosRequest } from './request.ts'

/** Prompts up to this length are their own key, so that a log can be read. */
const READABLE = 60

/**
 * The key of a request: its prompt. Requests with the same prompt are attempts of the same one, which
 * is what makes a retry meet the fate of "attempt 2" whatever the client changed on the way.
 */
export const promptKey = ({ prompt }: ChaosRequest): string =>
  prompt.length <= READABLE
    ? prompt
    : `${prompt.slice(0, READABLE)}… ${hashOf('key', prompt).slice(0, 8)}`
