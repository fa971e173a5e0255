import type { SeenCall } from '../src/seen.ts'

/** What can be asked for by name: `route:chat fault:timeout`. */
const FIELDS: Readonly<Record<string, (call: SeenCall) => readonly (string | undefined)[]>> = {
  route: (call) => [call.route],
  fault: (call) => [call.fault?.kind, ...call.attempts.map(({ fault }) => fault?.kind)],
  provider: (call) => call.attempts.map(({ provider }) => provider),
  target: (call) => [
    ...call.attempts.map(({ target }) => target),
    ...call.skipped.map(({ target }) => target),
  ],
  model: (call) => call.attempts.flatMap(({ model, servedModel }) => [model, servedModel]),
  id: (call) => [call.callId],
  is: (call) =>
    [
      call.outcome === 'succeeded' ? 'ok' : call.outcome,
      call.retries > 0 && 'retried',
      call.fallbacks > 0 && 'fallback',
      call.degraded && 'degraded',
      call.marks.some(({ type }) => type === 'hedge:started') && 'hedged',
      call.cache?.status,
      hadTrouble(call) && 'trouble',
    ].map((word) => word || undefined),
}

/** Did it fail, or was it saved? */
export const hadTrouble = (call: SeenCall): boolean =>
  call.outcome === 'failed' ||
  call.degraded ||
  call.cache?.status === 'stale' ||
  call.attempts.some(({ fault }) => fault !== undefined && fault.kind !== 'aborted')

const wordsOf = (call: SeenCall): string =>
  [
    call.story,
    call.callId,
    call.fault?.message,
    ...call.marks.map(({ text }) => text),
    ...call.attempts.flatMap((attempt) => [
      attempt.target,
      attempt.model,
      attempt.servedModel,
      attempt.fault?.message,
      attempt.fault?.status,
      attempt.fault?.requestId,
    ]),
    call.request === undefined ? '' : JSON.stringify(call.request),
  ]
    .join('\n')
    .toLowerCase()

type Term = (call: SeenCall) => boolean

const termOf = (word: string): Term => {
  const not = word.startsWith('-') && word.length > 1
  const plain = not ? word.slice(1) : word
  const colon = plain.indexOf(':')
  const field = FIELDS[plain.slice(0, Math.max(0, colon))]
  const value = plain.slice(colon + 1)
  const holds: Term =
    field === undefined
      ? (call) => wordsOf(call).includes(plain)
      : (call) => field(call).some((one) => one?.toLowerCase() === value)
  return not ? (call) => !holds(call) : holds
}

/** The words of a search; what stands in quotes is one word. */
const wordsIn = (search: string): string[] =>
  (search.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''))

const quoted = (word: string): string => (/\s/.test(word) ? `"${word}"` : word)

/** Reads a search: words that all must be found, `field:value`, and `-` before either for its contrary. */
export const filterOf = (search: string): Term => {
  // A field that is still being typed asks for nothing yet.
  const words = wordsIn(search.toLowerCase()).filter((word) => !/^-?\w+:$/.test(word))
  const terms = words.map(termOf)
  return (call) => terms.every((holds) => holds(call))
}

/** The search with `field:value` in it, instead of what it said of the field before; without `value`, without it. */
export const withField = (search: string, field: string, value: string | undefined): string => {
  const words = wordsIn(search).filter((word) => !word.startsWith(`${field}:`))
  if (value !== undefined) words.push(`${field}:${value}`)
  return words.map(quoted).join(' ')
}

/** What the search says of a field. */
export const fieldOf = (search: string, field: string): string | undefined =>
  wordsIn(search)
    .find((word) => word.startsWith(`${field}:`))
    ?.slice(field.length + 1)

/** Looked through for values to choose from, four times a second. */
const RECENT = 500

/** The values of a field that are there to choose from, as far as the latest calls have them. */
export const valuesOf = (calls: readonly SeenCall[], field: string): readonly string[] => {
  const read = FIELDS[field]
  const values = new Set(calls.slice(0, RECENT).flatMap((call) => read?.(call) ?? []))
  return [...values].filter((value) => value !== undefined).toSorted()
}
