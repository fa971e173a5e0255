import { httpError } from '../http-error.ts'
import { fail, script } from '../script.ts'
import { ABORT_CLAUSES } from './abort-clauses.ts'
import { must, type Clause } from './clause.ts'
import {
  answerTo,
  mustAnswer,
  mustFail,
  stage,
  type PolicySubject,
  type TestRequest,
} from './harness.ts'
import { MANY_CALLS_CLAUSES } from './many-calls-clauses.ts'
import { STREAM_CLAUSES } from './stream-clauses.ts'

const ANSWER = answerTo('hello')
const ask = script<TestRequest, string>

const PASSING: readonly Clause<PolicySubject>[] = [
  {
    says: 'passes the response through untouched, for one request',
    async check(create) {
      const provider = ask(ANSWER)
      const { call, finish } = stage(create, provider)
      mustAnswer(await finish(call('hello')), ANSWER)
      must(
        provider.calls.length === 1,
        `the provider was asked ${provider.calls.length} times for one answer`,
      )
    },
  },
  {
    says: 'rethrows the very error, an Error or not (T28)',
    async check(create) {
      for (const error of [
        new Error('boom'),
        httpError(503),
        'text',
        undefined,
        Object.freeze({ status: 400 }),
      ]) {
        const { call, finish } = stage(create, ask(fail(error)))
        mustFail(await finish(call('hello')), error)
      }
    },
  },
  {
    says: 'takes a synchronous throw for a rejection (T30)',
    async check(create) {
      const error = new Error('thrown before there was a promise')
      const provider = ask(() => {
        throw error
      })
      const { call, finish } = stage(create, provider)
      mustFail(await finish(call('hello')), error)
    },
  },
  {
    says: 'takes a foreign thenable for a promise (T31)',
    async check(create) {
      type Settle = (value: unknown) => void
      const thenable = (
        then: (resolve: Settle, reject: Settle) => void,
      ): (() => PromiseLike<string>) => {
        // oxlint-disable-next-line unicorn/no-thenable -- the case under test
        return () => ({ then }) as unknown as PromiseLike<string>
      }
      const error = new Error('thrown by then')

      const once = stage(create, ask(thenable((resolve) => resolve(ANSWER))))
      mustAnswer(await once.finish(once.call('hello')), ANSWER)
      const twice = stage(create, ask(thenable((resolve) => [ANSWER, 'second'].forEach(resolve))))
      mustAnswer(await twice.finish(twice.call('hello')), ANSWER)
      const throwing = thenable(() => {
        throw error
      })
      const thrown = stage(create, ask(throwing))
      mustFail(await thrown.finish(thrown.call('hello')), error)
    },
  },
  {
    says: 'passes an undefined answer through (T31)',
    async check(create) {
      const { call, finish } = stage(
        create,
        ask(() => undefined as unknown as string),
      )
      mustAnswer(await finish(call('hello')), undefined)
    },
  },
  {
    says: 'hands on the very request, and does not change it',
    async check(create) {
      const request = Object.freeze({ prompt: 'hello' })
      const provider = ask(ANSWER)
      const { send, finish } = stage(create, provider)
      // A frozen object throws where it is written to.
      mustAnswer(await finish(send(request)), ANSWER)
      must(
        provider.calls[0]?.request === request,
        'the provider got another request than the caller sent',
      )
    },
  },
]

/** What every policy promises. */
export const POLICY_CLAUSES: readonly Clause<PolicySubject>[] = [
  ...PASSING,
  ...MANY_CALLS_CLAUSES,
  ...ABORT_CLAUSES,
  ...STREAM_CLAUSES,
]
