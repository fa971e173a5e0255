import type { Answer, Dialect } from '@holdfast/core'

/** A wire of our own: an answer is the part of `Answer` that the test is about, in an envelope. */
export interface Wire {
  readonly answer: Partial<Answer>
}

export const wire = (answer: Partial<Answer>): Wire => ({ answer })

const EMPTY: Answer = {
  text: '',
  finish: 'stop',
  tools: [],
  usage: { inputTokens: 3, outputTokens: 5, source: 'reported' },
}

export const fakeDialect: Dialect = {
  name: 'fake',
  isRequest: () => true,
  isResponse: (response) =>
    typeof response === 'object' && response !== null && 'answer' in response,
  read: (response) => ({ ...EMPTY, ...(response as Wire).answer }),
  needs: () => ({
    tools: false,
    jsonSchema: false,
    vision: false,
    streaming: false,
    inputTokens: 0,
  }),
  modelOf: () => undefined,
  withModel: (request) => request,
  withMaxTokens: (request) => request,
  withMessage: (request) => request,
  withoutOldestTurn: () => undefined,
}

/** What a call is rejected with. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`expected a rejection, got ${JSON.stringify(value)}`)
    },
    (error: unknown) => error,
  )
