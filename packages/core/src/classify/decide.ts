import type { FaultKind } from '../fault.ts'
import type { Evidence } from './evidence.ts'
import { lately, remember } from './remember.ts'
import {
  LIMITS,
  OPEN,
  SAID,
  STATUSES,
  VAGUELY_SAID,
  VAGUE_WORDS,
  WORDS,
  type Meaning,
  type Row,
} from './table.ts'

/** What was decided, and the provider's word that decided it. */
export interface Verdict {
  readonly meaning: Meaning
  readonly word?: string
}

/** Asks the table: code > type > status > transport code > name, then what the message adds. */
export function decide(evidence: Evidence, provider: string, otherwise: FaultKind): Verdict {
  const { codes, types, names, texts } = evidence
  const words = [...codes, ...types]
  const verdict = byStructure(evidence, words) ?? { meaning: [otherwise] }
  const said = [verdict.meaning[0], provider, ...words, ...names, '', ...texts].join('\0')
  const meaning = bySentence(said.slice(0, MAX_TEXT))
  return meaning ? { ...verdict, meaning } : verdict
}

type Ask = (word: string) => Meaning | undefined

/** What a word means alone. */
const alone = (...tables: (readonly Row[])[]): Ask =>
  remember((word) => meaningIn(tables.flat(), snakeCase(word)))

function meaningIn(rows: readonly Row[], said: string): Meaning | undefined {
  const row = rows.find((it) => it[0].test(said))
  return row && [row[1], row[2], row[3]]
}

const strongly = /* @__PURE__ */ alone(SAID, WORDS)
const vaguely = /* @__PURE__ */ alone(VAGUE_WORDS, VAGUELY_SAID)
const byStatus = /* @__PURE__ */ alone(STATUSES)

function first(words: readonly string[], ask: Ask): Verdict | undefined {
  for (const word of words) {
    const meaning = ask(word)
    if (meaning) return { meaning, word }
  }
  return undefined
}

function byStructure(evidence: Evidence, words: readonly string[]): Verdict | undefined {
  const { hints, names, texts } = evidence
  const status = evidence.envelope ?? evidence.status ?? 0
  // Groq says `rate_limit_exceeded` with 413, but no wait makes the request smaller.
  const strong = status === 413 ? undefined : first(words, strongly)
  if (strong) return strong
  // OpenRouter: a budget that is in flight comes back, and the answer says when.
  const code = status === 402 && hints['retryafter'] ? 429 : status
  const meaning = code >= 300 && code < 1000 ? byStatus(`${code}`) : undefined
  const vague = meaning && meaning[0] !== 'invalid-request' ? undefined : first(words, vaguely)
  // A 400 whose type is `server_error` is the server's fault; no other vague word overrules a status.
  if (vague && (!meaning || vague.meaning[0] === 'server')) return vague
  const named =
    meaning ??
    first(names, (name) => strongly(name) ?? vaguely(name))?.meaning ??
    byStatus(STATUS_IN_TEXT.exec(texts[0] ?? '')?.[1] ?? '')
  return named && { meaning: named }
}

// "429 Too Many Requests", "Request failed with status code 503", "Response code 502 (Bad Gateway)"
const STATUS_IN_TEXT = /(?:^|\b(?:status|code|http)\D{0,8})([45]\d\d)\b/i

// Both where the sentences begin: a page of a gateway; what SDKs write where the provider wrote nothing.
const PAGE = /\0\0(?:\d{3} )?\s*<(?:!doctype|html|\?xml)/i
const SAYS_NOTHING = /\0\0\d{3} status code(?: \(no body\))?$/

const MAX_TEXT = 4_000

/** What the message, or the provider's name, makes of a fault, if anything: "kind, provider, words… and sentences…". */
const bySentence = /* @__PURE__ */ lately((all): Meaning | undefined => {
  // Each on a line of its own, so that no pattern reads across two: SDKs repeat the provider's sentence in theirs.
  const [kind, provider, ...lines] = all.split('\0') as [FaultKind, string]
  if (OPEN[kind] === undefined) return undefined
  const said = lines.map(snakeCase).join('\n')
  let meaning: Meaning | undefined
  if (PAGE.test(all)) meaning = ofPage(kind)
  else if (!SAYS_NOTHING.test(all)) meaning = ofLines(kind, said)
  const where = `${snakeCase(provider)}\n${said}`
  return meaningIn(LIMITS[meaning?.[0] ?? kind] ?? [], where) ?? meaning
})

/** A gateway's page knows nothing of keys, models and requests, and its prose is not about our call. */
function ofPage(kind: FaultKind): Meaning | undefined {
  if (kind === 'unknown') return ['invalid-output', 'provider', false]
  if (kind === 'model-unavailable') return ['invalid-request']
  return kind === 'timeout' || kind === 'permission' ? [kind, 'provider'] : undefined
}

function ofLines(kind: FaultKind, said: string): Meaning | undefined {
  const { rows, any } = rowsOf(kind)
  const meaning = any.test(said) ? meaningIn(rows, said) : undefined
  if (meaning) return meaning[0] === kind && !meaning[1] ? undefined : meaning
  // A 404 that does not speak of a model is a wrong URL or a missing file, not a retired model.
  const isElse = /(?:^|\n)\n./.test(said) && !/model|deployment|engine/.test(said)
  return kind === 'model-unavailable' && isElse ? ['invalid-request'] : undefined
}

/** The rows that may still change a fault of some kind, and all their patterns in one, since mostly none fits. */
const rowsOf = /* @__PURE__ */ remember((kind) => {
  const open = OPEN[kind as FaultKind] ?? ''
  // What is vague says nothing where there was an answer with a status.
  const asked = open.includes('network') ? [...SAID, ...VAGUELY_SAID] : SAID
  const rows = asked.filter((row) => open.includes(row[1]))
  return { rows, any: new RegExp(rows.map((row) => row[0].source).join('|'), 'm') }
})

// Words as they are written: aB, ABc, a_b, "a b". An address is no word.
const WORD = /https?:\S+|[A-Z]+(?![a-z])|[A-Z]?[a-z\d]+/g

const snakeCase = (text: string): string => (text.match(WORD)?.join('_') ?? '').toLowerCase()
