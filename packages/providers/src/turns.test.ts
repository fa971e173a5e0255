import type { Dialect } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anthropicMessages } from './anthropic-messages.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'

/** One step of a conversation, before any wire. */
interface Step {
  readonly kind: 'system' | 'user' | 'assistant' | 'call' | 'result'
  readonly id: string
}

/** Ids come from three, for some servers count from 0 again in every answer. */
const id = fc.constantFrom('call_0', 'call_1', 'call_2')
const step =
  (kind: Step['kind']) =>
  (of: string): Step => ({ kind, id: of })

/** A turn with rounds of tool use; a result may be late by a turn. */
const turn = fc
  .record({
    system: fc.boolean(),
    calls: fc.uniqueArray(id, { maxLength: 3 }),
    late: fc.boolean(),
    answered: fc.boolean(),
  })
  .map(({ system, calls, late, answered }) => ({
    now: [
      ...(system ? [step('system')('')] : []),
      step('user')(''),
      ...calls.map(step('call')),
      ...(late ? [] : calls.map(step('result'))),
      ...(answered ? [step('assistant')('')] : []),
    ],
    late: late ? calls.map(step('result')) : [],
  }))

const conversation = fc.array(turn, { minLength: 1, maxLength: 6 }).map((turns) =>
  turns.flatMap(({ now }, at) => {
    const due = turns[at - 1]?.late ?? []
    // Late results stand right behind the next user message.
    const user = now.findIndex(({ kind }) => kind === 'user')
    return [...now.slice(0, user + 1), ...due, ...now.slice(user + 1)]
  }),
)

type Fits = (shorter: unknown) => boolean
const dropping = (dialect: Dialect, field: string) => (request: object, fits?: Fits) => {
  const shorter = dialect.withoutOldestTurn(request, fits)
  return (shorter as Record<string, readonly object[]> | undefined)?.[field]
}

const WIRES = {
  'openai-chat': {
    write: (steps: readonly Step[]) => ({ messages: steps.map(chatMessage) }),
    drop: dropping(openAIChat, 'messages'),
  },
  'openai-responses': {
    write: (steps: readonly Step[]) => ({ input: steps.map(responsesItem) }),
    drop: dropping(openAIResponses, 'input'),
  },
  'anthropic-messages': {
    write: (steps: readonly Step[]) => ({ messages: steps.map(messagesMessage), max_tokens: 1 }),
    drop: dropping(anthropicMessages, 'messages'),
  },
}

/** The step travels along under a name that no dialect knows. */
function chatMessage(of: Step): object {
  if (of.kind === 'call')
    return { role: 'assistant', tool_calls: [{ id: of.id, function: {} }], of }
  if (of.kind === 'result') return { role: 'tool', tool_call_id: of.id, content: '1', of }
  return { role: of.kind, content: 'x', of }
}

function responsesItem(of: Step): object {
  if (of.kind === 'call') return { type: 'function_call', call_id: of.id, of }
  if (of.kind === 'result') return { type: 'function_call_output', call_id: of.id, of }
  return { role: of.kind, content: 'x', of }
}

function messagesMessage(of: Step): object {
  if (of.kind === 'call') return { role: 'assistant', content: [{ type: 'tool_use', ...of }], of }
  if (of.kind === 'result') {
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id: of.id }], of }
  }
  return { role: of.kind, content: 'x', of }
}

const stepsOf = (messages: readonly object[]): Step[] =>
  messages.map((message) => (message as { of: Step }).of)

/** Results whose call stands nowhere before them. */
function orphans(steps: readonly Step[]): Step[] {
  return steps.filter(
    (result, at) =>
      result.kind === 'result' &&
      !steps.slice(0, at).some(({ kind, id: called }) => kind === 'call' && called === result.id),
  )
}

describe.each(Object.entries(WIRES))('dropping the oldest turn, %s', (_, { write, drop }) => {
  test('never leaves a tool result without its call', () => {
    fc.assert(
      fc.property(conversation, (steps) => {
        for (let left = steps; ;) {
          const kept = drop(write(left))
          if (kept === undefined) return
          const next = stepsOf(kept)
          expect(orphans(next)).toEqual([])
          expect(next.length).toBeLessThan(left.length)
          left = next
        }
      }),
      { numRuns: 300 },
    )
  })

  test('keeps all instructions, a user message in front, and the end as it was', () => {
    fc.assert(
      fc.property(conversation, (steps) => {
        const kept = drop(write(steps))
        fc.pre(kept !== undefined)
        const next = stepsOf(kept ?? [])
        const spoken = next.filter(({ kind }) => kind !== 'system')
        const before = steps.filter(({ kind }) => kind !== 'system')
        expect(next.filter(({ kind }) => kind === 'system').length).toBe(
          steps.filter(({ kind }) => kind === 'system').length,
        )
        expect(spoken[0]?.kind).toBe('user')
        expect(spoken).toEqual(before.slice(-spoken.length))
      }),
    )
  })

  test('takes one turn a time where no result is late', () => {
    const turns = [1, 2, 3].flatMap((): Step[] => [
      step('user')(''),
      step('call')('call_0'),
      step('result')('call_0'),
      step('assistant')(''),
    ])
    const two = drop(write(turns))
    expect(stepsOf(two ?? [])).toEqual(turns.slice(4))
    const one = drop(write(stepsOf(two ?? [])))
    expect(stepsOf(one ?? [])).toEqual(turns.slice(8))
    expect(drop(write(stepsOf(one ?? [])))).toBeUndefined()
  })

  test('a greeting before the first question is a turn of its own', () => {
    const steps = [step('system')(''), step('assistant')(''), step('user')('')]
    expect(stepsOf(drop(write(steps)) ?? [])).toEqual([steps[0], steps[2]])
  })

  test('drops as many turns at once as one by one, until the rest fits', () => {
    fc.assert(
      fc.property(conversation, fc.nat({ max: 20 }), (steps, length) => {
        const fits = (request: unknown): boolean => JSON.stringify(request).length <= length * 100
        let one = drop(write(steps))
        while (one !== undefined && !fits(write(stepsOf(one)))) {
          const fewer = drop(write(stepsOf(one)))
          if (fewer === undefined) break
          one = fewer
        }
        expect(drop(write(steps), (it) => fits(it))).toEqual(one)
      }),
      { numRuns: 200 },
    )
  })

  test('weighs a long conversation a few times only', () => {
    const turns = Array.from({ length: 1_000 }, () => step('user')(''))
    let weighed = 0
    const fits = (request: unknown): boolean => {
      weighed += 1
      return JSON.stringify(request).length < 1_000
    }
    const kept = drop(write(turns), fits) ?? []
    expect(JSON.stringify(kept).length).toBeLessThan(1_000)
    expect(weighed).toBeLessThan(12)
  })

  test('has nothing to drop of nothing', () => {
    expect(drop(write([]))).toBeUndefined()
    expect(drop(write([step('system')('')]))).toBeUndefined()
  })
})
