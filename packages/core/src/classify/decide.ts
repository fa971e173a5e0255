import type { FaultKind } from '../fault.ts'
import type { Evidence } from './evidence.ts'
import {
  LAST_WORDS,
  OPEN_KINDS,
  PROVIDERS,
  STATUSES,
  WORDS,
  type Line,
  type Meaning,
} from './table.ts'

/** What was decided, and the provider's word that decided it. */
export interface Verdict {
  readonly meaning: Meaning
  readonly word?: string
}

/** Asks the table: code > type > status > transport code > name, then what the message adds. */
export function decide(evidence: Evidence, provider = '', otherwise: FaultKind): Verdict {
  const verdict = byStructure(evidence) ?? { meaning: [otherwise] }
  const meaning = byProvider(byText(verdict.meaning, evidence), evidence, provider)
  return { ...verdict, meaning }
}

function byStructure(evidence: Evidence): Verdict | undefined {
  const { codes, types, names, texts } = evidence
  const status = evidence.envelope ?? evidence.status
  // Groq says `rate_limit_exceeded` with 413, but no wait makes the request smaller.
  const word = status === 413 ? undefined : (byWords(WORDS, codes) ?? byWords(WORDS, types))
  if (word) return word
  const meaning = byStatus(status, evidence)
  if (meaning && meaning[0] !== 'invalid-request') return { meaning }
  const last = byWords(LAST_WORDS, codes) ?? byWords(LAST_WORDS, types)
  // A 400 whose type is `server_error` is the server's fault; no other vague word overrules a status.
  if (meaning && last?.meaning[0] !== 'server') return { meaning }
  if (last) return last
  const named =
    (byWords(WORDS, names) ?? byWords(LAST_WORDS, names))?.meaning ??
    byStatus(Number(STATUS_IN_TEXT.exec(texts[0] ?? '')?.[1]), evidence)
  return named && { meaning: named }
}

function byWords(lines: readonly Line[], words: readonly string[]): Verdict | undefined {
  if (words.length === 0) return undefined
  const snakes = words.map(snakeCase)
  for (const [, pattern, ...meaning] of lines) {
    const at = snakes.findIndex((word) => pattern.test(word))
    if (at >= 0) return { meaning, word: words[at]! }
  }
  return undefined
}

const snakeCase = (text: string): string =>
  text
    .replace(/([a-z\d])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2_')
    .replace(/[^a-zA-Z\d]+/g, '_')
    .toLowerCase()

function byStatus(status: number | undefined, evidence: Evidence): Meaning | undefined {
  if (status === undefined || !(status >= 300)) return undefined
  // OpenRouter: a budget that is in flight comes back, and the answer says when.
  if (status === 402 && evidence.headers['retry-after']) return ['rate-limited']
  return STATUSES[status] ?? [status < 500 ? 'invalid-request' : 'server']
}

// "429 Too Many Requests", "Request failed with status code 503", "Response code 502 (Bad Gateway)"
const STATUS_IN_TEXT = /(?:^|\b(?:status|code|http)\D{0,8})([45]\d\d)\b/i

const PAGE = /^\s*<(?:!doctype|html)/i

const MAX_SAID = 4_000

const matching = (lines: readonly Line[], kind: FaultKind, said: string): Line | undefined =>
  lines.find(([from, pattern]) => from.includes(kind) && pattern.test(said))

const LINES = [...WORDS, ...LAST_WORDS]

function byText(meaning: Meaning, evidence: Evidence): Meaning {
  const [kind] = meaning
  if (evidence.texts.length === 0 || !OPEN_KINDS.includes(kind)) return meaning
  const text = evidence.texts.join('\n').slice(0, MAX_SAID)
  if (PAGE.test(text)) {
    // A gateway's page knows nothing of keys and requests, and its prose is not about our call.
    if (kind === 'unknown') return ['invalid-output', 'provider', false]
    return kind === 'timeout' || kind === 'permission' ? [kind, 'provider'] : meaning
  }
  // With the words, because Google says `PerMinute` only in the name of a quota.
  const said = `${snakeCase(text)}_ ${wordsOf(evidence)}`
  const line = matching(LINES, kind, said)
  if (line) return line[2] === kind && line[3] === undefined ? meaning : [line[2], line[3], line[4]]
  // A 404 that does not speak of a model is a wrong URL or a missing file, not a retired model.
  if (kind === 'model-unavailable' && !/model|deployment|engine/.test(said)) {
    return ['invalid-request']
  }
  return meaning
}

function byProvider(meaning: Meaning, evidence: Evidence, provider: string): Meaning {
  const [kind] = meaning
  if (!PROVIDERS.some(([from]) => from === kind)) return meaning
  const words = wordsOf(evidence)
  const text = evidence.texts.join(' ').slice(0, MAX_SAID)
  if (provider + words + text === '') return meaning
  const said = `${snakeCase(provider)} ${words} ${snakeCase(text)}_`
  const line = matching(PROVIDERS, kind, said)
  return line ? [line[2], line[3]] : meaning
}

const wordsOf = ({ codes, types, names }: Evidence): string =>
  [...codes, ...types, ...names].map(snakeCase).join(' ')
