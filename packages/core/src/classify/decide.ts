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

/** A provider's word as sent, and as the table spells it. */
type Word = readonly [sent: string, snake: string]

/** Asks the table: code > type > status > transport code > name, then what the message adds. */
export function decide(evidence: Evidence, provider: string, otherwise: FaultKind): Verdict {
  const codes = evidence.codes.map(spell)
  const types = evidence.types.map(spell)
  const names = evidence.names.map(spell)
  const verdict = byStructure(evidence, codes, types, names) ?? { meaning: [otherwise] }
  if (!OPEN_KINDS.includes(verdict.meaning[0])) return verdict
  let said = ''
  for (const list of [codes, types, names])
    for (const [, snake] of list) said += said === '' ? snake : ` ${snake}`
  // Apart, so that no pattern reads across two of them: SDKs repeat the provider's sentence in a message of their own.
  let prose = ''
  for (const text of evidence.texts)
    if (prose.length < MAX_TEXT) prose += `${prose === '' ? '' : ' '}${snakeCase(text)}_`
  prose = prose.slice(0, MAX_TEXT)
  const meaning = byText(verdict.meaning, evidence.texts, `${prose} ${said}`)
  return { ...verdict, meaning: byProvider(meaning, `${snakeCase(provider)} ${said} ${prose}`) }
}

const MAX_TEXT = 4_000

// Where a word begins: aB, ABc, and whatever is neither letter nor digit.
const BREAK = /(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^a-zA-Z\d]+/g

const snakeCase = (text: string): string =>
  /^[a-z_]*$/.test(text) ? text : text.replace(BREAK, '_').toLowerCase()

const spell = (word: string): Word => [word, snakeCase(word)]

function byStructure(
  evidence: Evidence,
  codes: readonly Word[],
  types: readonly Word[],
  names: readonly Word[],
): Verdict | undefined {
  const status = evidence.envelope ?? evidence.status
  // Groq says `rate_limit_exceeded` with 413, but no wait makes the request smaller.
  const word = status === 413 ? undefined : (byWords(words, codes) ?? byWords(words, types))
  if (word) return word
  const meaning = byStatus(status, evidence)
  if (meaning && meaning[0] !== 'invalid-request') return { meaning }
  const last = byWords(lastWords, codes) ?? byWords(lastWords, types)
  // A 400 whose type is `server_error` is the server's fault; no other vague word overrules a status.
  if (meaning && last?.meaning[0] !== 'server') return { meaning }
  if (last) return last
  const named =
    (byWords(words, names) ?? byWords(lastWords, names))?.meaning ??
    byStatus(Number(STATUS_IN_TEXT.exec(evidence.texts[0] ?? '')?.[1]), evidence)
  return named && { meaning: named }
}

function byWords({ any, lines }: Lines, words: readonly Word[]): Verdict | undefined {
  if (!words.some(([, snake]) => any.test(snake))) return undefined
  for (const line of lines)
    for (const [sent, snake] of words)
      if (line[1].test(snake)) return { meaning: meaningOf(line), word: sent }
  return undefined
}

function byStatus(status: number | undefined, evidence: Evidence): Meaning | undefined {
  if (status === undefined || !(status >= 300)) return undefined
  // OpenRouter: a budget that is in flight comes back, and the answer says when.
  if (status === 402 && evidence.headers['retry-after']) return ['rate-limited']
  return STATUSES[status] ?? [status < 500 ? 'invalid-request' : 'server']
}

// "429 Too Many Requests", "Request failed with status code 503", "Response code 502 (Bad Gateway)"
const STATUS_IN_TEXT = /(?:^|\b(?:status|code|http)\D{0,8})([45]\d\d)\b/i

const PAGE = /^\s*<(?:!doctype|html|\?xml)/i

/** What the SDKs of OpenAI and Anthropic write where the provider wrote nothing. */
const SAYS_NOTHING = /^\d{3} status code(?: \(no body\))?$/

function byText(meaning: Meaning, texts: readonly string[], said: string): Meaning {
  const [kind] = meaning
  const [first] = texts
  if (first === undefined || (texts.length === 1 && SAYS_NOTHING.test(first))) return meaning
  if (first.trimStart().startsWith('<') && PAGE.test(first)) {
    // A gateway's page knows nothing of keys and requests, and its prose is not about our call.
    if (kind === 'unknown') return ['invalid-output', 'provider', false]
    return kind === 'timeout' || kind === 'permission' ? [kind, 'provider'] : meaning
  }
  const line = matching(wordsOf(kind), said)
  if (line) return line[2] === kind && line[3] === undefined ? meaning : meaningOf(line)
  // A 404 that does not speak of a model is a wrong URL or a missing file, not a retired model.
  return kind === 'model-unavailable' && !/model|deployment|engine/.test(said)
    ? ['invalid-request']
    : meaning
}

function byProvider(meaning: Meaning, said: string): Meaning {
  const line = matching(providersOf(meaning[0]), said)
  return line ? meaningOf(line) : meaning
}

const matching = ({ any, lines }: Lines, said: string): Line | undefined =>
  any.test(said) ? lines.find((line) => line[1].test(said)) : undefined

const meaningOf = ([, , kind, scope, retryable]: Line): Meaning => [kind, scope, retryable]

interface Lines {
  readonly lines: readonly Line[]
  /** All their patterns in one, since mostly none fits. */
  readonly any: RegExp
}
const linesOf = (lines: readonly Line[]): Lines => ({
  lines,
  any: new RegExp(lines.map(([, pattern]) => pattern.source).join('|')),
})

/** The lines that may read the message of a fault of some kind, sorted out once: an outage asks this many times. */
const byKind = (lines: readonly Line[]): ((kind: FaultKind) => Lines) => {
  const known: Partial<Record<FaultKind, Lines>> = {}
  return (kind) => (known[kind] ??= linesOf(lines.filter(([from]) => from.includes(kind))))
}
const words = /* @__PURE__ */ linesOf(WORDS)
const lastWords = /* @__PURE__ */ linesOf(LAST_WORDS)
const wordsOf = /* @__PURE__ */ byKind(/* @__PURE__ */ WORDS.concat(LAST_WORDS))
const providersOf = /* @__PURE__ */ byKind(PROVIDERS)
