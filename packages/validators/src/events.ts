import type { Truncation } from './cut-shape.ts'
import type { JsonReask } from './reask.ts'

/** What was done about a refusal. */
export type RefusalWay = 'rephrase' | 'fallback' | 'escalate'

declare module '@holdfast/core/events' {
  interface EventMap {
    /** The same target is asked again, with what was wrong; the error holds the text that was. */
    'json:reasked': JsonReask
    /** The target does not take our schema: it is asked without one from now on. */
    'json:schema-declined': { readonly error: unknown }
    /** A cut answer is gone on with, or asked for anew with a higher limit. */
    'truncation:continued': { readonly round: number; readonly truncation: Truncation }
    'truncation:increased': { readonly maxTokens: number; readonly truncation: Truncation }
    /** A cut answer is handed on as it is. */
    'truncation:accepted': { readonly truncation: Truncation }
    /** For the audit: the model declined, and the request goes on all the same. */
    'refusal:routed': {
      readonly way: RefusalWay
      /** Who says that it is a refusal: a field of the wire, or the words of the answer. */
      readonly by: 'wire' | 'text'
      readonly category: string | undefined
    }
  }
}
