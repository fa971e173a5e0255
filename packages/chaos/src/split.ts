import type { Piece } from './wires/wire.ts'

/**
 * Splits a body after a share of its output: a stream between two of its events, a single JSON body
 * anywhere. Something is on either side whenever there is something to split.
 */
export const splitAt = (pieces: readonly Piece[], share: number): [Piece[], Piece[]] => {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) {
    const middle = Math.floor(only.data.length * share)
    // Never inside a surrogate pair: encoded apart, its halves would be two other characters.
    const at = /[\uDC00-\uDFFF]/.test(only.data.charAt(middle)) ? middle - 1 : middle
    return [[{ ...only, data: only.data.slice(0, at) }], [{ data: only.data.slice(at), tokens: 0 }]]
  }
  const total = pieces.reduce((sum, piece) => sum + piece.tokens, 0)
  let seen = 0
  const index = pieces.findIndex((piece) => {
    seen += piece.tokens
    return total === 0 || seen >= Math.max(1, Math.floor(total * share))
  })
  return [pieces.slice(0, index + 1), pieces.slice(index + 1)]
}

/** Breaks the JSON of a body by one colon, in the middle of a stream. */
export const garble = (pieces: readonly Piece[]): Piece[] =>
  pieces.map((piece, index) =>
    index === Math.floor(pieces.length / 2)
      ? { ...piece, data: piece.data.replace('":', '" ') }
      : piece,
  )
