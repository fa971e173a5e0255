import { nothingSeen } from '@holdfast/core'
import type { Answer, Dialect, Seen, StreamProtocol } from '@holdfast/core'

import { fields } from './shape.ts'

/**
 * Reads whole answers with the reader of the wire's streams: an answer is a stream of one chunk.
 *
 * Each response object is read once. It is taken for finished: whoever changes it after the first
 * reading is not heard. What is no object (null, a page of HTML) is read anew each time.
 */
export function readBy(protocol: Pick<StreamProtocol, 'read'>): (response: unknown) => Answer {
  const known = new WeakMap<object, Answer>()
  return (response) => {
    const key = fields(response)
    const before = known.get(key)
    if (before) return before
    const answer = answerIn(response, protocol)
    if (answer.finish === 'pause') paused.set(answer, response)
    if (key === response) known.set(key, answer)
    return answer
  }
}

// The others are let go: two weak maps that lead to each other cost a garbage collection ten times its time.
const paused = /* @__PURE__ */ new WeakMap<Answer, unknown>()

/** The response that a paused answer was read from; undefined for one that came as a stream. */
export const pausedResponse = (answer: Answer): unknown => paused.get(answer)

/** Only what was used and who answered: remembering the answer costs more than reading it, and one who counts reads once. */
export const tallyBy =
  (protocol: Pick<StreamProtocol, 'read'>): NonNullable<Dialect['tally']> =>
  (response) =>
    seenIn(response, protocol)

function seenIn(response: unknown, protocol: Pick<StreamProtocol, 'read'>): Seen {
  const seen = nothingSeen()
  protocol.read(response, seen)
  return seen
}

function answerIn(response: unknown, protocol: Pick<StreamProtocol, 'read'>): Answer {
  const seen = seenIn(response, protocol)
  const { content: _c, toolOpen: _t, ended: _e, mayEnd: _m, error: _f, ...answer } = seen
  return answer
}
