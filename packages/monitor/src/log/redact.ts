import { maskCredentials } from './mask.ts'

/** What is done with texts of requests and answers: hidden, cut after 80 characters, or shown (up to 20,000). */
export type Texts = 'hidden' | 'cut' | 'shown'

const CUT_AT = 80
/** More of a text is no help to whoever reads it, and a thousand such texts may be held. */
const SHOWN_UP_TO = 20_000
/** Deeper, and further, nobody reads a log. */
const MAX_DEPTH = 6
const MAX_ITEMS = 20

/** Fields that hold words of a wire, not of a person. Everything else that is text is taken for private. */
const PUBLIC =
  /^(?:model|role|type|object|id|method|name|status|code|finish_reason|stop_reason|tool_choice|reasoning_effort|effort|service_tier|format|mime_?type|media_?type|provider|route|target|kind|event|requestId|request_id)$/i
const SECRET =
  /authorization|key$|secret|password|passwd|cookie|credential|signature|^token$|[-_]token$|(?:access|auth|session|refresh|id)token$/i
const ADDRESS = /^(?:url|uri|href|base_?url|endpoint)$/i

/** FNV-1a: the same text is recognised, and is not to be read; a guess could be confirmed by it. */
const fingerprint = (text: string): string => {
  let hash = 0x81_1c_9d_c5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

const textOf = (text: string, key: string, texts: Texts): string => {
  if (ADDRESS.test(key)) return maskCredentials(text.split('?')[0] ?? '')
  if (PUBLIC.test(key) && text.length <= 200) return maskCredentials(text)
  if (texts === 'hidden') return `[${text.length} characters, #${fingerprint(text)}]`
  const most = texts === 'cut' ? CUT_AT : SHOWN_UP_TO
  const masked = maskCredentials(text.slice(0, most))
  return text.length > most ? `${masked}… (${text.length} characters)` : masked
}

/** A copy that may be logged: credentials masked, texts as `texts` says, and of bounded depth and length. */
export const redact = (value: unknown, texts: Texts = 'hidden'): unknown => {
  const seen = new Set<object>()
  const walk = (it: unknown, key: string, depth: number): unknown => {
    if (SECRET.test(key)) return '[masked]'
    if (typeof it === 'string') return textOf(it, key, texts)
    if (typeof it !== 'object' || it === null)
      return typeof it === 'function' ? '[function]' : typeof it === 'bigint' ? String(it) : it
    if (ArrayBuffer.isView(it) || it instanceof ArrayBuffer) return `[${it.byteLength} bytes]`
    if (depth >= MAX_DEPTH || seen.has(it)) return '[…]'
    seen.add(it)
    if (Array.isArray(it)) {
      const items = it.slice(0, MAX_ITEMS).map((item) => walk(item, key, depth + 1))
      return it.length > MAX_ITEMS ? [...items, `[${it.length - MAX_ITEMS} more]`] : items
    }
    const entries: [string, unknown][] =
      it instanceof Headers || it instanceof Map
        ? [...(it as Iterable<[string, unknown]>)]
        : Object.entries(it)
    return Object.fromEntries(
      entries.slice(0, MAX_ITEMS).map(([name, one]) => [name, walk(one, name, depth + 1)]),
    )
  }
  return walk(value, '', 0)
}
