import { httpError } from '../http-error.ts'
import { fail, hang, script } from '../script.ts'
import { must, type Clause } from './clause.ts'
import {
  answerTo,
  listenedSignal,
  mustFail,
  stage,
  type PolicySubject,
  type TestRequest,
} from './harness.ts'

/** What callers abort with; for `undefined` the platform makes a DOMException, which is then the reason (T10). */
const REASONS: readonly unknown[] = [
  new Error('left'),
  'left',
  undefined,
  null,
  Object.freeze({ left: true }),
]

const ask = script<TestRequest, string>

/** What every policy promises about a caller who leaves. */
export const ABORT_CLAUSES: readonly Clause<PolicySubject>[] = [
  {
    says: 'does not ask the provider when already aborted, and rejects with the reason (T2)',
    async check(create) {
      for (const reason of REASONS) {
        const { signal, abort } = listenedSignal()
        abort(reason)
        const provider = ask(answerTo('hello'))
        const { call, clock } = stage(create, provider)
        const aborted = call('hello', signal)
        await clock.advance(0)
        must(
          provider.calls.length === 0,
          'the provider was asked for a caller who had already left',
        )
        mustFail(aborted.outcome, signal.reason)
      }
    },
  },
  {
    says: "rejects at once with the caller's reason while the provider works (T7, T10)",
    async check(create) {
      for (const reason of REASONS) {
        const { signal, abort } = listenedSignal()
        const { call, clock } = stage(create, ask(hang()))
        const aborted = call('hello', signal)
        await clock.advance(5)
        abort(reason)
        await clock.advance(0)
        mustFail(aborted.outcome, signal.reason)
        must(clock.pending === 0, `${clock.pending} timers are still armed after the abort`)
      }
    },
  },
  {
    says: 'rejects at once with the reason while it waits to ask again, and does not ask again (T1)',
    async check(create) {
      for (const reason of REASONS) {
        const { signal, abort } = listenedSignal()
        const error = httpError(503, { headers: { 'retry-after': '5' } })
        const provider = ask(fail(error))
        const { call, clock } = stage(create, provider)
        const aborted = call('hello', signal)
        await clock.advance(30)
        // A policy that does not wait has failed by now, and has kept the promise.
        if (aborted.outcome !== undefined) continue
        const asked = provider.calls.length
        abort(reason)
        await clock.advance(0)
        mustFail(aborted.outcome, signal.reason)
        must(clock.pending === 0, `${clock.pending} timers are still armed after the abort`)
        await clock.advance(600_000)
        must(
          provider.calls.length === asked,
          'the provider was asked again for a caller who had left',
        )
      }
    },
  },
  {
    says: 'rejects at once while it holds a timer, though the provider ignores the signal (T7)',
    async check(create) {
      const { signal, abort } = listenedSignal()
      const deaf = ask(() => new Promise<string>(() => {}))
      const { call, clock } = stage(create, deaf)
      const aborted = call('hello', signal)
      await clock.advance(5)
      // Without a timer it is not the policy that waits: it has only passed the call on.
      if (clock.pending === 0) return
      abort('left')
      await clock.advance(0)
      mustFail(aborted.outcome, 'left')
      must(clock.pending === 0, `${clock.pending} timers are still armed after the abort`)
    },
  },
]
