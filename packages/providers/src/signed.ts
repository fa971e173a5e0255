import { withField, withParts } from './kept.ts'
import { asText, fields, items } from './shape.ts'

/** Fields in which one issuer signs, encrypts or counts what no other can read. */
const SEALS = [
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'extra_content',
  'thoughtSignature',
  'thought_signature',
  'signature',
  'citations',
]

/** Parts that are one issuer's alone: its thinking, and what it ran and found by itself. */
const SEALED =
  /^((redacted_)?thinking|reasoning|compaction|item_reference|(server|mcp)_tool_use|\w+_tool_result|(web_search|file_search|code_interpreter|image_generation)_call)$/

/** The turn as a stranger to its issuer can read it; undefined where nothing is left of it. */
export function unsigned(turn: unknown, to: string): unknown {
  // What users, tools and instructions say is nobody's secret.
  if (/^(user|system|developer|tool)$/.test(asText(fields(turn)['role']))) return turn
  const part = unsignedPart(turn, to)
  if (part === undefined) return undefined
  // An id that another server gave out is not found, or asks for the reasoning that went with it.
  const { type } = fields(part)
  const known = type === undefined || asText(type).startsWith('mcp_')
  const bare = known ? part : withField(part as object, 'id', undefined)
  return withParts(bare, (it) => unsignedPart(it, to))
}

function unsignedPart(part: unknown, to: string): unknown {
  const { type, thought, reasoningContent, encrypted_content, providerOptions } = fields(part)
  // The AI SDK keeps seals under their issuers' names, and hands each only its own.
  const issuers = Object.keys(fields(providerOptions))
  if (issuers.some((issuer) => to.includes(issuer))) return part
  const isSealed = SEALED.test(asText(type)) || thought === true
  if (isSealed || reasoningContent || encrypted_content) return undefined
  return SEALS.reduce((bare, name) => {
    const seal = fields(bare)[name]
    return seal === undefined || seal === FROM_ELSEWHERE
      ? bare
      : withField(bare as object, name, undefined)
  }, part)
}

/** Gemini 3 rejects a call without a signature; this word is Google's own for calls of other models. */
const FROM_ELSEWHERE = 'skip_thought_signature_validator'

/** A turn of Gemini's in which the first call has a signature. */
export function signedElsewhere(turn: unknown): unknown {
  const first = items(fields(turn)['parts']).find((part) => fields(part)['functionCall'])
  return withParts(turn, (part) =>
    part === first && !fields(part)['thoughtSignature']
      ? { ...fields(part), thoughtSignature: FROM_ELSEWHERE }
      : part,
  )
}
