import type { Point } from './place.ts'
import type { CutEnd, Delivery, Missing } from './plan.ts'
import { garble, halfOf, splitAt } from './split.ts'
import { quiet, type Piece } from './wires/wire.ts'

/** A stream whose ending lacks something that a reader may count on. */
const endBadly = (pieces: readonly Piece[], missing: Missing): Piece[] => {
  if (missing !== 'blank-line') return pieces.filter((piece) => piece.part !== missing)
  const last = pieces.at(-1)
  if (last === undefined) return []
  return [...pieces.slice(0, -1), { ...last, data: last.data.replace(/(\r?\n)\r?\n$/, '$1') }]
}

const cutAt = (pieces: readonly Piece[], at: Point, end: CutEnd): Piece[] => {
  const [before, [next]] = splitAt(pieces, at)
  // The half of a single body is half a line already.
  const half = end === 'half-event' && pieces.length > 1 && next !== undefined
  return half ? [...before, halfOf(next)] : before
}

/** What a delivery sends where nothing more follows. */
const allOf = (
  pieces: readonly Piece[],
  delivery: Exclude<Delivery, { readonly how: 'stalled' | 'reset' }>,
  errorEvent: (before: number) => string,
): readonly Piece[] => {
  if (delivery.how === 'garbled') return garble(pieces, delivery.at)
  if (delivery.how === 'bad-ending') return endBadly(pieces, delivery.missing)
  if (delivery.how === 'cut') return cutAt(pieces, delivery.at, delivery.end)
  if (delivery.how === 'error-event') {
    const [before] = splitAt(pieces, delivery.after)
    return [...before, quiet(errorEvent(before.length))]
  }
  return pieces
}

/**
 * What goes out before the turning point of a delivery, and what would have gone out after it.
 *
 * @param errorEvent - the event that reports an error in the middle of a stream.
 */
export const halves = (
  pieces: readonly Piece[],
  delivery: Delivery,
  errorEvent: (before: number) => string,
): readonly [before: readonly Piece[], after: readonly Piece[]] => {
  if (delivery.how !== 'stalled' && delivery.how !== 'reset')
    return [allOf(pieces, delivery, errorEvent), []]
  return delivery.at === 'headers' ? [pieces, []] : splitAt(pieces, delivery.at)
}
