import type { Answer, Dialect, JsonSchema, Seen } from '@holdfast/core'

import { fakeDialect, wire } from './fake-dialect.ts'
import type { Wire } from './fake-dialect.ts'

/** A request of a wire of our own that can do all that a wire can. */
export interface Talk {
  readonly turns: readonly string[]
  readonly maxTokens?: number
  readonly schema?: JsonSchema
}

export const talk: Talk = { turns: ['user: hi'] }

const rewriters: Partial<Dialect<Talk, Wire>> = {
  needs: ({ maxTokens, schema }) => ({
    tools: false,
    jsonSchema: schema !== undefined,
    vision: false,
    streaming: false,
    inputTokens: 0,
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
  }),
  withMaxTokens: (request, maxTokens) => ({ ...request, maxTokens }),
  withMessage: (request, role, text) => ({
    ...request,
    turns: [...request.turns, `${role}: ${text}`],
  }),
  join: (parts) =>
    wire({ ...parts.at(-1)?.answer, text: parts.map(({ answer }) => answer.text).join('') }),
}

/** Without any means of its own to ask for a schema or to go on. */
export const plainWire: Dialect = { ...fakeDialect, ...(rewriters as Partial<Dialect>) }

/** With native structured output, prefill, and streams of `Partial<Answer>`. */
export const ableWire: Dialect = {
  ...plainWire,
  withSchema: (request, schema) =>
    (request as Talk).schema === undefined ? { ...(request as Talk), schema } : request,
  withContinuation: (request, { text }) => ({
    ...(request as Talk),
    turns: [...(request as Talk).turns, `prefill: ${text}`],
  }),
  stream: {
    name: 'able',
    read: (chunk, seen) => read(chunk as Chunk, seen),
    // Chunks and whole answers, as the wires of `providers` do.
    withoutText: (chunk, chars) => {
      const { answer } = chunk as Wire
      const cut = <T extends Chunk>(part: T): T => ({
        ...part,
        text: part.text?.slice(chars) ?? '',
      })
      return answer === undefined ? cut(chunk as Chunk) : wire(cut(answer))
    },
  },
}

/** A piece of a streamed answer; one with a finish reason is the last. */
export type Chunk = Partial<Pick<Answer, 'text' | 'reasoning' | 'finish' | 'refusal'>>

const read = ({ text, reasoning, finish, refusal }: Chunk, seen: Seen): void => {
  if (text !== undefined) seen.text += text
  if (reasoning !== undefined) seen.reasoning = (seen.reasoning ?? '') + reasoning
  if (refusal !== undefined) seen.refusal = refusal
  if (text || reasoning) seen.content = text ? 'text' : 'reasoning'
  if (finish === undefined) return
  seen.finish = finish
  seen.ended = true
}

/** The chunks of a streamed answer, one after the other. */
export async function* pieces(...chunks: readonly Chunk[]): AsyncGenerator<Chunk> {
  for (const chunk of chunks) {
    await Promise.resolve()
    yield chunk
  }
}
