import { alternating } from './alternating.ts'
import { withFittingIds } from './ids.ts'
import { kept, withField } from './kept.ts'
import { paired, withoutEmpty } from './pairs.ts'
import { asText, fields, items } from './shape.ts'
import { signedElsewhere, unsigned } from './signed.ts'

export interface SanitizeOptions {
  /** The provider that wrote the history. @default unknown: whatever is signed counts as another's */
  readonly from?: string | undefined
  /** The provider that is to read it. */
  readonly to: string
}

/**
 * A request whose history another provider can read, on any wire; the same object where nothing was to change.
 *
 * Signed or encrypted reasoning reaches its issuer only, tool ids take the target's form, and tool calls without
 * result, results without call and reasoning without what it led to are left out.
 */
export function sanitize<Req>(request: Req, { from, to }: SanitizeOptions): Req {
  const given = fields(request)
  const field = ['messages', 'input', 'contents', 'prompt'].find((name) =>
    Array.isArray(given[name]),
  )
  if (field === undefined) return request
  const isForeign = from !== to
  const turns = items(given[field])
  const readable = isForeign ? kept(turns, (turn) => unsigned(turn, to)) : turns
  const whole = kept(paired(readable, field === 'input'), withoutEmpty)
  const led = kept(whole, (turn, at) => (leadsNowhere(whole, at) ? undefined : turn))
  const taken = alternating(led)
  const fitting = isForeign ? kept(taken, (turn) => withFittingIds(turn, to)) : taken
  const after = isForeign && needsSignature(field, given) ? kept(fitting, signedElsewhere) : fitting
  const changed = withField(request as object, field, after) as Req
  return readable !== turns && mustNotThink(given, after)
    ? { ...changed, thinking: { type: 'disabled' } }
    : changed
}

/** OpenAI: "Item 'rs_…' of type 'reasoning' was provided without its required following item." */
function leadsNowhere(turns: readonly unknown[], at: number): boolean {
  if (fields(turns[at])['type'] !== 'reasoning') return false
  const next = turns.slice(at).find((item) => fields(item)['type'] !== 'reasoning')
  const { type, role = 'assistant' } = fields(next)
  return next === undefined || role !== 'assistant' || /_(output|response)$/.test(asText(type))
}

/** Before Gemini 3 a signature was not asked for. */
const needsSignature = (field: string, { model }: { readonly model?: unknown }): boolean =>
  field === 'contents' && !/gemini-[12]/.test(asText(model))

/** While Claude thinks, the tools that it waits for must stand behind the thoughts that led to them. */
function mustNotThink(
  { thinking }: { readonly thinking?: unknown },
  turns: readonly unknown[],
): boolean {
  const last = turns.findLast((turn) => fields(turn)['role'] === 'assistant')
  const blocks = items(fields(last)['content'])
  return (
    fields(thinking)['type'] === 'enabled' &&
    blocks.some((block) => fields(block)['type'] === 'tool_use')
  )
}
