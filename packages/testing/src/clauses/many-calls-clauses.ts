import type { Provider } from '@holdfast/core'

import { httpError } from '../http-error.ts'
import { after, fail, hang, script } from '../script.ts'
import { must, type Clause } from './clause.ts'
import {
  answerTo,
  listenedSignal,
  mustAnswer,
  mustFail,
  stage,
  type PolicySubject,
  type TestRequest,
} from './harness.ts'

const ANSWER = answerTo('hello')
const ask = script<TestRequest, string>
/** More than anybody lets in at once, or keeps. */
const MANY = 100

/** What every policy promises of calls beside and after one another. */
export const MANY_CALLS_CLAUSES: readonly Clause<PolicySubject>[] = [
  {
    says: 'keeps concurrent calls apart',
    async check(create) {
      const error = new Error('of one call only')
      const lines: Record<string, Provider<TestRequest, string>> = {
        slow: after(30, answerTo('slow')),
        failing: after(10, fail(error)),
        quick: after(20, answerTo('quick')),
        aborted: hang(),
      }
      const { call, clock, finish } = stage(
        create,
        ask((request, ctx) => lines[request.prompt]!(request, ctx)),
      )
      const { signal, abort } = listenedSignal()
      const [slow, failing, quick] = [call('slow'), call('failing'), call('quick')]
      const aborted = call('aborted', signal)
      await clock.advance(5)
      const reason = new Error('gone')
      abort(reason)
      mustFail(await finish(aborted), reason)
      mustFail(await finish(failing), error)
      mustAnswer(await finish(quick), answerTo('quick'))
      mustAnswer(await finish(slow), answerTo('slow'))
    },
  },
  {
    says: 'answers the next call as the first, however many have failed or were left',
    async check(create) {
      const { call, clock, finish } = stage(
        create,
        ask((request, ctx) => {
          if (request.prompt === 'wrong') throw httpError(400)
          return request.prompt === 'left' ? hang()(request, ctx) : ANSWER
        }),
      )
      for (let n = 0; n < MANY; n++) {
        const { signal, abort } = listenedSignal()
        const [wrong, left] = [call('wrong'), call('left', signal)]
        await finish(wrong)
        abort('left')
        await clock.advance(0)
        must(left.outcome !== undefined, 'a caller who left is not answered')
      }
      mustAnswer(await finish(call('hello')), ANSWER)
    },
  },
  {
    says: 'leaves no timer and no abort listener behind (T4)',
    async check(create) {
      for (const step of [
        ANSWER,
        after(5, ANSWER),
        fail(new Error('boom')),
        after(5, fail(httpError(503))),
      ]) {
        const caller = listenedSignal()
        const { call, clock, finish } = stage(create, ask(step))
        await finish(call('hello', caller.signal))
        must(clock.pending === 0, `${clock.pending} timers are still armed after the call`)
        must(
          caller.listeners === 0,
          `${caller.listeners} abort listeners are left on the caller's signal`,
        )
      }
    },
  },
]
