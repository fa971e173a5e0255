import type { Dialect, Fault, FaultKind } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { adaptAll, dropOldestTurns, shorterAnswer, useModel } from './adapt.ts'
import type { RequestChangeAt } from './adapt.ts'
import { openAIChat } from './openai-chat.ts'

const user = (content: string) => ({ role: 'user', content })

const REQUESTS = {
  chat: { model: 'big', messages: [user('1'), user('2')], max_completion_tokens: 1000 },
  responses: { model: 'big', input: [user('1'), user('2')], max_output_tokens: 1000 },
  messages: { model: 'big', messages: [user('1'), user('2')], max_tokens: 1000, system: 'x' },
  plain: { model: 'big', messages: [user('1'), user('2')], maxTokens: 1000 },
}
const LIMITS = {
  chat: 'max_completion_tokens',
  responses: 'max_output_tokens',
  messages: 'max_tokens',
  plain: 'maxTokens',
}

function after(kind: FaultKind, dialect?: Dialect): RequestChangeAt {
  const fault: Fault = { kind, retryable: true, scope: 'request', message: kind }
  return { fault, ctx: { dialect } }
}

const WIRES = ['chat', 'responses', 'messages'] as const

describe('shorterAnswer', () => {
  test.each(WIRES)('halves the limit of a %s request after a timeout', (wire) => {
    expect(shorterAnswer(0.5)(REQUESTS[wire], after('timeout'))).toEqual({
      ...REQUESTS[wire],
      [LIMITS[wire]]: 500,
    })
  })

  test('leaves other faults alone, truncation above all', () => {
    for (const kind of ['truncated', 'overloaded', 'context-window'] as const) {
      expect(shorterAnswer(0.5)(REQUESTS.chat, after(kind))).toBeUndefined()
    }
  })

  test('has nothing to shorten without a limit, or at one token', () => {
    const at = after('timeout')
    expect(shorterAnswer(0.5)({ messages: [user('1')] }, at)).toBeUndefined()
    expect(shorterAnswer(0.5)({ ...REQUESTS.messages, max_tokens: 1 }, at)).toBeUndefined()
    expect(shorterAnswer(0.1)({ ...REQUESTS.messages, max_tokens: 3 }, at)?.max_tokens).toBe(1)
  })

  test('leaves a request alone that its wire cannot shorten', () => {
    const thinking = { type: 'enabled', budget_tokens: 999 }
    const request = { ...REQUESTS.messages, thinking }
    expect(shorterAnswer(0.5)(request, after('timeout'))).toBeUndefined()
    const least = { ...REQUESTS.responses, max_output_tokens: 10 }
    expect(shorterAnswer(0.5)(least, after('timeout'))).toBeUndefined()
  })

  test.each([0, 1, -1, 2, Number.NaN, Infinity, '0.5', null, {}, undefined])(
    'says what is wrong with a ratio of %j',
    (ratio) => {
      expect(() => shorterAnswer(ratio as number)).toThrow(
        /^shorterAnswer: ratio must be between 0 and 1, got /,
      )
    },
  )
})

describe('useModel', () => {
  test.each(WIRES)('asks a %s request of another model', (wire) => {
    for (const kind of ['timeout', 'overloaded'] as const) {
      expect(useModel('small')(REQUESTS[wire], after(kind))).toEqual({
        ...REQUESTS[wire],
        model: 'small',
      })
    }
  })

  test('leaves other faults alone, and a request that asks the model already', () => {
    expect(useModel('small')(REQUESTS.chat, after('rate-limited'))).toBeUndefined()
    expect(useModel('big')(REQUESTS.chat, after('timeout'))).toBeUndefined()
  })

  test.each(['', null, 5, {}, undefined])('says what is wrong with a model of %j', (model) => {
    expect(() => useModel(model as string)).toThrow(/^useModel: model must be a model's name, got /)
  })
})

describe('dropOldestTurns', () => {
  test.each(WIRES)('takes one turn an attempt from a %s request', (wire) => {
    const given = REQUESTS[wire]
    const turns = 'input' in given ? 'input' : 'messages'
    const at = after('context-window')
    const shorter = dropOldestTurns()(given, at)
    expect(shorter).toEqual({ ...given, [turns]: [user('2')] })
    expect(dropOldestTurns()(shorter, at)).toBeUndefined()
  })

  test('leaves other faults alone', () => {
    expect(dropOldestTurns()(REQUESTS.chat, after('timeout'))).toBeUndefined()
  })

  const long = {
    messages: Array.from({ length: 10 }, () => user('x'.repeat(400))),
    max_completion_tokens: 200,
  }

  test('R-44 with a window, takes as many as it must for prompt and answer to fit', () => {
    const shorter = dropOldestTurns({ contextWindow: 600 })(long, after('context-window'))
    expect(shorter?.messages).toHaveLength(3)
  })

  test('drops one turn even where the estimate fits: the provider has said that it does not', () => {
    const shorter = dropOldestTurns({ contextWindow: 1e6 })(long, after('context-window'))
    expect(shorter?.messages).toHaveLength(9)
  })

  test('keeps the last turn even where it does not fit', () => {
    const shorter = dropOldestTurns({ contextWindow: 10 })(long, after('context-window'))
    expect(shorter?.messages).toHaveLength(1)
  })

  test('a dialect of another make, which drops one turn at a time, is asked until it fits', () => {
    const foreign: Dialect = {
      ...(openAIChat as Dialect),
      withoutOldestTurn: (request) => openAIChat.withoutOldestTurn(request as never),
    }
    const at = after('context-window', foreign)
    expect(dropOldestTurns({ contextWindow: 600 })(long, at)?.messages).toHaveLength(3)
    expect(dropOldestTurns({ contextWindow: 10 })(long, at)?.messages).toHaveLength(1)
  })

  test('T79 does not hear later changes of its options', () => {
    const options = { contextWindow: 600 }
    const change = dropOldestTurns(options)
    options.contextWindow = 1
    expect(change(long, after('context-window'))?.messages).toHaveLength(3)
  })

  test.each([0, -1, Number.NaN, Infinity, '5', null, {}])(
    'says what is wrong with a window of %j',
    (contextWindow) => {
      expect(() => dropOldestTurns({ contextWindow: contextWindow as number })).toThrow(
        /^dropOldestTurns: contextWindow must be a positive number of tokens, got /,
      )
    },
  )

  test('R-80 an option that it does not know is an error', () => {
    expect(() => dropOldestTurns({ contextWindows: 600 } as never)).toThrow(
      "dropOldestTurns: unknown option 'contextWindows'; it knows contextWindow",
    )
  })
})

describe('adaptAll', () => {
  const both = adaptAll(shorterAnswer(0.5), useModel('small'), dropOldestTurns())

  test('hands each change the request of the one before', () => {
    expect(both(REQUESTS.chat, after('timeout'))).toEqual({
      ...REQUESTS.chat,
      model: 'small',
      max_completion_tokens: 500,
    })
  })

  test('lets each answer to its own faults', () => {
    expect(both(REQUESTS.chat, after('overloaded'))).toEqual({ ...REQUESTS.chat, model: 'small' })
    expect(both(REQUESTS.chat, after('context-window'))?.messages).toEqual([user('2')])
    expect(both(REQUESTS.chat, after('server'))).toBeUndefined()
    expect(adaptAll()(REQUESTS.chat, after('timeout'))).toBeUndefined()
  })

  test('R-80 says which change is no function', () => {
    expect(() => adaptAll(useModel('small'), 'shorter' as never)).toThrow(
      "adaptAll: change 2 must be a function, got 'shorter'",
    )
  })

  test('never changes the request that it was given', () => {
    const kind = fc.constantFrom<FaultKind>('timeout', 'overloaded', 'context-window', 'server')
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(REQUESTS)), kind, (given, fault) => {
        const before = structuredClone(given)
        both(given, after(fault))
        expect(given).toEqual(before)
      }),
    )
  })
})

test('changes obey the dialect of the pipeline and leave what it does not know', () => {
  const ambiguous = { messages: [user('1'), user('2')], maxTokens: 1000 }
  expect(shorterAnswer(0.5)(ambiguous, after('timeout', openAIChat))).toBeUndefined()
  expect(shorterAnswer(0.5)('Hello', after('timeout', openAIChat))).toBeUndefined()
  expect(useModel('small')({ url: 'https://x.test' }, after('timeout'))).toBeUndefined()
})
