import { countBefore, type Point } from './place.ts'
import type { Piece } from './wires/wire.ts'

/** Cuts a text at an offset, never inside a surrogate pair: encoded apart, its halves would be two other characters. */
const cutText = (text: string, offset: number): readonly [string, string] => {
  const at = /[\uDC00-\uDFFF]/.test(text.charAt(offset)) ? offset - 1 : offset
  return [text.slice(0, at), text.slice(at)]
}

/**
 * Splits a body at a place: a stream between two of its events, a single JSON body anywhere.
 * Something of the output is on the first side, unless the place is before all of it.
 */
export const splitAt = (pieces: readonly Piece[], point: Point): [Piece[], Piece[]] => {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) {
    const share = typeof point === 'number' ? point : 0.5
    const [before, after] = cutText(only.data, Math.floor(only.data.length * share))
    return [[{ ...only, data: before }], [{ data: after, tokens: 0 }]]
  }
  const count = countBefore(pieces, point)
  return [pieces.slice(0, count), pieces.slice(count)]
}

/** The first half of an event: it ends inside the JSON of its data. */
export const halfOf = (piece: Piece): Piece => {
  const json = piece.data.indexOf('{')
  return { ...piece, data: cutText(piece.data, Math.floor((json + piece.data.length) / 2))[0] }
}

/** Breaks the JSON of a body by one colon: in a stream, that of the event after a place. */
export const garble = (pieces: readonly Piece[], point: Point): Piece[] => {
  const at = Math.min(pieces.length - 1, pieces.length === 1 ? 0 : countBefore(pieces, point))
  return pieces.map((piece, index) =>
    index === at ? { ...piece, data: piece.data.replace('":', '" ') } : piece,
  )
}

/** Cuts bytes into slivers of at most so many, without regard for lines, events or characters. */
export const slivers = (data: string, bytes: number): readonly Buffer[] => {
  const whole = Buffer.from(data)
  return Array.from({ length: Math.ceil(whole.length / bytes) }, (_, index) =>
    whole.subarray(index * bytes, (index + 1) * bytes),
  )
}
