import type { ChaosToolCall, Completion } from '../completion.ts'
import { hashOf } from '../dice.ts'
import type { ChaosRequest } from '../request.ts'
import { readInvoice } from './invoice.ts'
import { answerFor } from './text.ts'

/** What a healthy model says: a text, or a text with thoughts before it and tool calls after it. */
export type ChaosAnswer =
  | string
  | {
      readonly reasoning?: string
      readonly text?: string
      readonly tools?: readonly ChaosToolCall[]
    }

/** A model of your own: it is asked for every attempt, also one whose answer a fault then withholds. */
export type Answerer = (request: ChaosRequest, attempt: number) => ChaosAnswer

/** Answers that a scenario scripts instead of the self-checking ones. */
export interface ScriptedAnswers {
  /** The answer to a request for text. */
  readonly text?: string
  /** The answer to a request for JSON whose prompt holds no invoice. */
  readonly json?: unknown
}

/** The built-in model: scripted where the scenario says so, otherwise right and able to prove it. */
export const builtInAnswerer =
  (scripted: ScriptedAnswers = {}): Answerer =>
  ({ prompt, json }, attempt) => {
    if (!json) return scripted.text ?? answerFor(prompt, attempt)
    const value = readInvoice(prompt) ?? scripted.json ?? { id: hashOf('id', prompt).slice(0, 8) }
    return JSON.stringify(value)
  }

/** An answer as the wires take it. */
export const toCompletion = (answer: ChaosAnswer): Completion => {
  const said = typeof answer === 'string' ? { text: answer } : answer
  const { reasoning = '', text = '', tools = [] } = said
  return { reasoning, text, tools, finish: tools.length > 0 ? 'tool-calls' : 'stop' }
}
