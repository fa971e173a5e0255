import { constants, gzipSync } from 'node:zlib'

import type { Distort } from './bad-line.ts'

/** Pieces of so many bytes, so that line ends and letters are cut in two. */
const slivers = (text: string, bytes: number): readonly Uint8Array[] => {
  const all = Buffer.from(text)
  return Array.from({ length: Math.ceil(all.length / bytes) }, (_, at) =>
    all.subarray(at * bytes, (at + 1) * bytes),
  )
}
const eventsOf = (text: string): readonly string[] => text.split(/(?<=\n\n)/)
const as = (type: string, encoding?: string): Readonly<Record<string, string>> => ({
  'content-type': type,
  ...(encoding !== undefined && { 'content-encoding': encoding }),
})
const STREAM = 'text/event-stream'

/** All before the event with the last word. */
const withoutLast = (text: string): string => {
  const events = eventsOf(text)
  return events
    .slice(
      0,
      events.findIndex((event) => /\ba24\b/.test(event)),
    )
    .join('')
}

/** Where parsers of the AI SDK lose the last event, or a hand-written loop its manners: who says so is right, too. */
export const DOUBTFUL: readonly string[] = [
  'CR in slivers',
  'events that say nothing',
  'a word after [DONE]',
  'reset after the end',
  '204',
]

/** The same events in another form: all is there, and a client may well stumble. */
export const HARMLESS: Readonly<Record<string, Distort>> = {
  'CRLF in slivers': (text) => ({ pieces: slivers(text.replaceAll('\n', '\r\n'), 61) }),
  'CR in slivers': (text) => ({ pieces: slivers(text.replaceAll('\n', '\r'), 61) }),
  'byte order mark': (text) => ({ pieces: [`\uFEFF${text}`] }),
  'comments and blank lines': (text) => ({
    pieces: [`\n\n${eventsOf(text).join(': still here\n\n\n')}`],
  }),
  'events that say nothing': (text) => ({ pieces: [eventsOf(text).join('data:\n\n')] }),
  'ids and retry': (text) => ({
    pieces: eventsOf(text).map((event, at) => `id: ${at}\nretry: 10\n${event}`),
  }),
  'data on several lines': (text) => ({
    pieces: [text.replaceAll(/^data: \{/gm, 'data: {\ndata: ')],
  }),
  'an event of a megabyte': (text) => ({
    pieces: slivers(text.replace('data: {', `data: {${' '.repeat(1e6)}`), 16_000),
  }),
  gzip: (text) => ({ headers: as(STREAM, 'gzip'), pieces: [gzipSync(text)] }),
  'in capitals': (text) => ({ headers: as('Text/Event-Stream;Charset=UTF-8'), pieces: [text] }),
  'called JSON': (text) => ({ headers: as('application/json'), pieces: [text] }),
  'a word after [DONE]': (text) => ({ pieces: [text.replace('[DONE]', '[DONE] bye')] }),
  'reset after the end': (text) => ({ pieces: [text], ends: 'by reset' }),
  'a redirect with a body': (_text, url) => ({
    status: 307,
    headers: { ...as('text/html'), location: url },
    pieces: ['<html>moved</html>'],
  }),
}

const OVERLOADED = '{"error":{"message":"Overloaded","type":"overloaded_error","code":503}}'

/** Nothing of the answer comes. */
export const BEFORE: Readonly<Record<string, Distort>> = {
  '204': () => ({ status: 204, pieces: [] }),
  'JSON error 200': () => ({ headers: as('application/json'), pieces: [OVERLOADED] }),
  'an error called a stream': () => ({ pieces: [OVERLOADED] }),
  'a page called a stream': () => ({ pieces: ['<html>hello</html>'] }),
}

/** The last word does not come. */
export const AFTER: Readonly<Record<string, Distort>> = {
  'cut in gzip': (text) => ({
    headers: as(STREAM, 'gzip'),
    pieces: [gzipSync(withoutLast(text), { finishFlush: constants.Z_SYNC_FLUSH })],
  }),
  'cut in a letter': (text) => {
    const next = Buffer.from(text.slice(withoutLast(text).length).replace(/\ba24\b/, 'é'))
    return { pieces: [withoutLast(text), next.subarray(0, next.indexOf('é') + 1)] }
  },
  'cut, in capitals': (text) => ({
    headers: as('Text/Event-Stream'),
    pieces: [withoutLast(text)],
  }),
  'cut, called bytes': (text) => ({
    headers: as('application/octet-stream'),
    pieces: [withoutLast(text)],
  }),
  'length too long': (text) => ({
    headers: { ...as(STREAM), 'content-length': String(text.length) },
    pieces: [withoutLast(text)],
    ends: 'by reset',
  }),
}
