import { describe, expect, test } from 'vitest'

import { readStream } from '../test/read-stream.ts'
import { plainText } from './plain-text.ts'
import type { PlainResponse } from './plain-text.ts'

const chat = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hi' },
    { role: 'user', content: 'Bye' },
  ],
}

describe('reading', () => {
  test('a string and { text } are whole answers', () => {
    const answer = { text: 'Hi', finish: 'stop', tools: [], usage: { source: 'none' } }
    expect(plainText.read('Hi')).toMatchObject(answer)
    expect(plainText.read({ text: 'Hi' })).toMatchObject(answer)
  })

  test('anything else is none', () => {
    for (const response of [null, undefined, 1, {}, [], { text: null }]) {
      expect(plainText.isResponse(response)).toBe(false)
      expect(plainText.read(response as unknown as PlainResponse)).toMatchObject({
        text: '',
        finish: 'unknown',
      })
    }
  })
})

describe('requests', () => {
  test('a string, a prompt and messages are known by shape', () => {
    expect(['Hi', { prompt: 'Hi' }, chat].every((it) => plainText.isRequest(it))).toBe(true)
    expect([null, 1, {}, [], { prompt: 1 }].some((it) => plainText.isRequest(it))).toBe(false)
  })

  test('need their tokens and state their limit', () => {
    expect(plainText.needs('x'.repeat(400)).inputTokens).toBe(100)
    expect(plainText.needs({ prompt: 'x'.repeat(400), maxTokens: 9 })).toMatchObject({
      inputTokens: 100,
      maxOutputTokens: 9,
      tools: false,
    })
    expect(plainText.needs(chat).inputTokens).toBeGreaterThan(20)
  })

  test('take a model and a limit where there is a place for them', () => {
    expect(plainText.withModel('Hi', 'm')).toBe('Hi')
    expect(plainText.withMaxTokens('Hi', 5)).toBe('Hi')
    expect(plainText.withModel({ prompt: 'Hi' }, 'm')).toEqual({ prompt: 'Hi', model: 'm' })
    expect(plainText.withMaxTokens({ prompt: 'Hi' }, 5)).toEqual({ prompt: 'Hi', maxTokens: 5 })
    expect(plainText.modelOf({ prompt: 'Hi', model: 'm' })).toBe('m')
    expect(plainText.modelOf('Hi')).toBeUndefined()
  })

  test('take a message as text or as one more', () => {
    expect(plainText.withMessage('Hi', 'user', 'Again')).toBe('Hi\n\nAgain')
    expect(plainText.withMessage({ prompt: 'Hi' }, 'user', 'Again')).toEqual({
      prompt: 'Hi\n\nAgain',
    })
    expect(plainText.withMessage(chat, 'user', 'Again')).toEqual({
      messages: [...chat.messages, { role: 'user', content: 'Again' }],
    })
  })

  test('lose a turn only where there are turns', () => {
    expect(plainText.withoutOldestTurn('Hi')).toBeUndefined()
    expect(plainText.withoutOldestTurn({ prompt: 'Hi' })).toBeUndefined()
    expect(plainText.withoutOldestTurn(chat)).toEqual({
      messages: [chat.messages[0], chat.messages[3]],
    })
  })
})

test('parts of an answer join into one of the form of the last', () => {
  expect(plainText.join?.(['Hel', { text: 'lo' }, '!'])).toBe('Hello!')
  expect(plainText.join?.(['Hel', { text: 'lo!' }])).toEqual({ text: 'Hello!' })
})

test('a stream of texts may end after any of them, for none says that it is the last', () => {
  const { seen, contents } = readStream(plainText.stream!, ['Hel', { text: 'lo' }, 7])
  expect(contents).toEqual(['text', 'text', '-'])
  expect(seen).toMatchObject({ text: 'Hello', finish: 'stop', ended: false, mayEnd: true })
  expect(plainText.stream!.withoutText!('Hello', 3)).toBe('lo')
  expect(plainText.stream!.withoutText!({ text: 'Hello' }, 3)).toEqual({ text: 'lo' })
})
