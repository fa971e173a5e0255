import type { Roll } from './dice.ts'

/** What a provider does with one attempt. Fractions are of the answer's tokens. */
export type Fate =
  | { readonly kind: 'answer' }
  /** Nothing ever comes. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'reject'; readonly status: number; readonly code: string }
  /** The first token comes this much later. */
  | { readonly kind: 'stall'; readonly ms: number; readonly afterHeaders: boolean }
  /** A stream that breaks on its way: the connection, silence, a clean end too early, an error in its midst. */
  | { readonly kind: 'reset' | 'freeze' | 'eof' | 'error-frame'; readonly at: number }
  /** An answer that says itself that it is not whole. */
  | { readonly kind: 'length'; readonly at: number }
  | { readonly kind: 'malformed' | 'off-schema' | 'refusal' | 'empty' }

export const ANSWER: Fate = { kind: 'answer' }

/** A way to fail and how often, 0 to 1. */
export type Odds = readonly (readonly [chance: number, fate: Fate | ((roll: Roll) => Fate)])[]

/** Picks by one throw: the ways exclude each other. */
export const pick = (roll: Roll, odds: Odds): Fate => {
  let left = roll('fate')
  for (const [chance, fate] of odds) {
    if (left < chance) return typeof fate === 'function' ? fate(roll) : fate
    left -= chance
  }
  return ANSWER
}
