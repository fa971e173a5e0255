import { carry, infoOf, liveOf, type AnswerStream } from '@holdfast/core'

import { must, show, type Clause } from './clause.ts'
import { feed, type Feed } from './feed.ts'
import {
  answerTo,
  listenedSignal,
  MAX_STEPS,
  stage,
  type Call,
  type PolicySubject,
} from './harness.ts'
import { endOf, readAll } from './reading.ts'

const ANSWER = answerTo('hello')
const [HEAD, TAIL] = [ANSWER.slice(0, 10), ANSWER.slice(10)]

/** The stream that a call answered with; undefined while it has not. */
const streamOf = ({ outcome }: Call): AnswerStream<string> | undefined => {
  if (outcome === undefined) return undefined
  must(
    'response' in outcome,
    `the call was to answer with a stream, and failed with ${'error' in outcome ? show(outcome.error) : ''}`,
  )
  must(liveOf(outcome.response) !== undefined, 'the answer is, and carries, no stream any more')
  // What is iterated is what the caller got: a policy may have put another one around it.
  return outcome.response as AnswerStream<string>
}

/** Who judges whole answers may wait for the end of one; nobody else. */
const mayWait = (create: PolicySubject): boolean => infoOf(create())?.floor === 'validate'

/** A call that is answered with a stream of which the head has come. */
const begun = async (create: PolicySubject, source: Feed, signal?: AbortSignal) => {
  const { call, clock, finish } = stage(create, source.provider)
  const asked = call('hello', signal)
  await clock.advance(0)
  // A policy may have to ask somebody else first, such as a store that is slow.
  for (let step = 0; source.opened === 0 && step < MAX_STEPS; step++) await clock.advance(100)
  source.give(HEAD)
  await clock.advance(0)
  return { asked, clock, finish }
}

const isCause = (error: unknown, cause: unknown): boolean => {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one === cause || one.cause === cause) return true
  return false
}

/** What every policy promises of answers that are still coming. */
export const STREAM_CLAUSES: readonly Clause<PolicySubject>[] = [
  {
    says: 'hands a stream on at its first content, unless it judges whole answers, and all of it',
    async check(create) {
      const source = feed()
      const { asked, clock, finish } = await begun(create, source)
      const early = streamOf(asked)
      must(
        early !== undefined || mayWait(create),
        'the first content has come, and the stream was not handed on',
      )
      const read = early && readAll(early)
      await clock.advance(0)
      must(read === undefined || read.text === HEAD, 'what has come cannot be read before the end')
      source.give(TAIL)
      source.end()
      await finish(asked)
      const all = read ?? readAll(streamOf(asked)!)
      await clock.advance(0)
      must(all.end !== undefined && !('error' in all.end), 'the stream does not end')
      must(all.text === ANSWER, `what was read is ${show(all.text)}, not ${show(ANSWER)}`)
      must(source.opened === 1, `${source.opened} streams were opened for one answer`)
    },
  },
  {
    says: 'hands on the very response that carries a stream',
    async check(create) {
      const source = feed()
      const carriers: object[] = []
      const { call, clock, finish } = stage(create, async (request, ctx) => {
        const stream = await source.provider(request, ctx)
        const carrier = carry({ status: 200 }, stream as unknown as AnswerStream)
        carriers.push(carrier)
        return carrier as unknown as string
      })
      const asked = call('hello')
      source.give(ANSWER)
      source.end()
      const outcome = await finish(asked)
      must(
        'response' in outcome,
        `the call failed with ${'error' in outcome ? show(outcome.error) : ''}`,
      )
      must(Object.is(outcome.response, carriers[0]), 'the answer is not the one that came')
      const read = readAll(liveOf(outcome.response) as AnswerStream<string>)
      await clock.advance(0)
      must(read.text === ANSWER, `what was read is ${show(read.text)}, not ${show(ANSWER)}`)
    },
  },
  {
    says: 'takes no broken stream for a whole one, and tells why it broke',
    async check(create) {
      const source = feed()
      const error = new Error('broke in the middle')
      const { asked, clock, finish } = await begun(create, source)
      const early = streamOf(asked)
      const read = early && readAll(early)
      await clock.advance(0)
      source.fail(error)
      const outcome = await finish(asked)
      // Whoever waited for the whole answer has no stream to hand on.
      const end = read === undefined ? outcome : await endOf(read, clock)
      must(end !== undefined && 'error' in end, 'the stream broke, and ended as if it were whole')
      must(isCause(end.error, error), `${show(end.error)} does not say why the stream broke`)
    },
  },
  {
    says: 'tells upstream at once when the reader of a stream leaves',
    async check(create) {
      for (const leaves of ['by return', 'by abort'] as const) {
        const source = feed()
        const { signal, abort } = listenedSignal()
        const { asked, clock } = await begun(create, source, signal)
        const stream = streamOf(asked)
        // Read to its end before it is handed on: nobody is left upstream.
        if (stream === undefined) continue
        const chunks = stream[Symbol.asyncIterator]()
        void chunks.next().catch(() => {})
        await clock.advance(0)
        if (leaves === 'by abort') abort(new Error('left'))
        else void chunks.return?.()
        await clock.advance(0)
        must(source.left, 'the source of the stream goes on for a reader who has left')
      }
    },
  },
  {
    says: 'leaves no timer and no abort listener behind when a stream is over, broken or left',
    async check(create) {
      for (const way of ['over', 'broken', 'left'] as const) {
        const source = feed()
        const caller = listenedSignal()
        const { asked, clock, finish } = await begun(create, source, caller.signal)
        const stream = streamOf(asked)
        const reading = stream && readAll(stream)
        if (way === 'broken') source.fail(new Error('broke'))
        else if (way === 'left') void stream?.cancel()
        source.give(TAIL)
        source.end()
        const outcome = await finish(asked)
        const late = stream === undefined && 'response' in outcome ? streamOf(asked) : undefined
        const read = late === undefined ? reading : readAll(late)
        if (read !== undefined) await endOf(read, clock)
        await clock.advance(0)
        must(clock.pending === 0, `${clock.pending} timers are armed though the stream is ${way}`)
        must(
          caller.listeners === 0,
          `${caller.listeners} abort listeners are left though the stream is ${way}`,
        )
      }
    },
  },
]
