import type { Piece } from './wires/wire.ts'

/** Where in a response something happens. */
export const PLACES = [
  /** Before the headers. */
  'headers',
  /** After what comes before the content: role, start, ping. */
  'preamble',
  /** After the first event that carries content. */
  'first-content',
  /** In the middle of the thoughts. */
  'reasoning',
  /** Half-way through the output. */
  'body',
  /** In the middle of the arguments of a tool call. */
  'tool',
  /** After all of the content, before the event that says so. */
  'end',
] as const

/** Where in a response something happens; a body that is not streamed knows `headers` and `body` only. */
export type Place = (typeof PLACES)[number]

/** A place in a stream: a name, or a share of the output from 0 to 1. */
export type Point = Exclude<Place, 'headers'> | number

const tokensOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + piece.tokens, 0)

/** Ends with the event that completes a share of the output, and never before the first of it. */
const afterShare = (pieces: readonly Piece[], share: number): number => {
  const enough = Math.max(1, Math.floor(tokensOf(pieces) * share))
  let seen = 0
  return pieces.findIndex((piece) => (seen += piece.tokens) >= enough) + 1
}

/** The middle of the events of one kind; a stream without them is cut in the middle of all. */
const amid = (pieces: readonly Piece[], part: 'reasoning' | 'tool'): number => {
  const first = pieces.findIndex((piece) => piece.part === part)
  const last = pieces.findLastIndex((piece) => piece.part === part)
  if (first < 0) return afterShare(pieces, 0.5)
  return first + Math.ceil((last - first + 1) / 2)
}

/** How many events of a stream go out before a place in it. */
export const countBefore = (pieces: readonly Piece[], point: Point): number => {
  // Nothing is said in it: whatever the place, it is after the first event.
  if (tokensOf(pieces) === 0) return Math.min(1, pieces.length)
  if (typeof point === 'number') return afterShare(pieces, point)
  const content = pieces.findIndex((piece) => piece.tokens > 0)
  if (point === 'preamble') return content
  if (point === 'first-content') return content + 1
  if (point === 'body') return afterShare(pieces, 0.5)
  if (point === 'end') return pieces.findLastIndex((piece) => piece.tokens > 0) + 1
  return amid(pieces, point)
}
