import { describe, expect, test } from 'vitest'

import { FINISH_CASES } from '../test/finish-cases.ts'
import { auto } from './auto.ts'
import { reasonOf } from './finish.ts'

describe('how an answer ended', () => {
  test.each(FINISH_CASES)('$name', ({ body, reads }) => {
    expect(auto.isResponse(body)).toBe(true)
    expect(auto.read(body)).toMatchObject(reads)
  })

  test('all of the cases: 25 of 25', () => {
    const right = FINISH_CASES.filter(({ body, reads }) => auto.read(body).finish === reads.finish)
    expect(`${right.length}/${FINISH_CASES.length}`).toBe('25/25')
  })
})

describe('words', () => {
  test.each([
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['malformed_tool_use', 'error'],
    ['UNEXPECTED_TOOL_CALL', 'error'],
    ['NO_IMAGE', 'error'],
    ['IMAGE_OTHER', 'error'],
    ['TIMEOUT', 'error'],
    ['insufficient_system_resource', 'error'],
    ['model_length', 'context-window'],
    ['context_length_exceeded', 'context-window'],
    ['STOP_SEQUENCE', 'stop'],
    ['COMPLETE', 'stop'],
    ['TOOL_CALL', 'tool-calls'],
    ['CONTINUATION', 'pause'],
    ['compaction', 'pause'],
    ['eos', 'stop'],
    ['abort', 'error'],
    ['network_error', 'error'],
    ['sensitive', 'content-filter'],
    ['MODEL_ARMOR', 'content-filter'],
    ['PUP_LIMITED_DISABLED', 'content-filter'],
    ['MISSING_THOUGHT_SIGNATURE', 'error'],
    ['MALFORMED_FUNCTION_CALL', 'error'],
    ['malformed_model_output', 'error'],
  ] as const)('%s means %s', (word, reason) => {
    expect(reasonOf(word)).toBe(reason)
  })

  test.each(['constructor', '__proto__', '', 'load', null, 7, {}])('%j means nothing', (word) => {
    expect(reasonOf(word)).toBe('unknown')
  })
})
