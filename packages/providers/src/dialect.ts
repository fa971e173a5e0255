import type { Answer, Dialect, JsonSchema, StreamProtocol } from '@holdfast/core'

import { readBy, tallyBy } from './answer.ts'
import { joiner } from './join.ts'
import { asksForSchema, needsOf } from './needs.ts'
import { at, changed } from './path.ts'
import type { Path } from './path.ts'
import { fields, words } from './shape.ts'
import type { Fields } from './shape.ts'
import { withoutOldestTurn } from './turns.ts'

/** What differs from wire to wire; the rest of a dialect follows from it. */
export interface Wire<Req> {
  readonly name: string
  /** Reads streams, and whole answers as streams of one chunk. */
  readonly stream: StreamProtocol
  readonly isRequest: (request: unknown) => boolean
  readonly isResponse: (response: unknown) => boolean
  /** The field with the conversation. */
  readonly turns: string
  readonly message: (role: 'user' | 'assistant', text: string) => object
  /** The field with the model's name; null where the model is no part of the request. */
  readonly model?: string | null
  /** Where the limit of the answer stands. */
  readonly limitAt: (request: Fields) => Path
  /** Anything less is a 400. */
  readonly least?: (request: Req) => number
  /** What the parts of a joined answer add to: texts, lists of parts, usage. */
  readonly joins: readonly Path[]
  readonly withSchema?: (request: Req, schema: JsonSchema, name: string) => Req | undefined
  /** The turns to add, so that the model goes on in the midst of its sentence. */
  readonly continuation?: (request: Req, partial: Answer) => readonly object[] | undefined
}

/** A dialect of what differs. */
export function dialect<Req extends object, Res>(wire: Wire<Req>): Dialect<Req, Res> {
  const { turns: field, model: modelField = 'model', withSchema, continuation } = wire
  const turnsOf = (request: Req): readonly unknown[] => {
    const turns = fields(request)[field] ?? []
    if (typeof turns === 'string') return [wire.message('user', turns)]
    return Array.isArray(turns) ? turns : [turns]
  }
  const withTurns = (request: Req, turns: readonly unknown[]): Req => ({
    ...request,
    [field]: turns,
  })
  return {
    name: wire.name,
    isRequest: wire.isRequest,
    isResponse: wire.isResponse,
    read: readBy(wire.stream),
    tally: tallyBy(wire.stream),
    stream: wire.stream,
    join: joiner(wire.joins),
    streams: (request) => fields(request)['stream'] === true,
    needs: (request) => needsOf(request, at(request, wire.limitAt(fields(request)))),
    modelOf: (request) => words(fields(request)[modelField ?? '']),
    withModel: (request, model) => (modelField ? { ...request, [modelField]: model } : request),
    withMaxTokens: (request, maxTokens) =>
      changed(request, wire.limitAt(fields(request)), () =>
        Math.max(maxTokens, wire.least?.(request) ?? 0),
      ),
    withMessage: (request, role, text) =>
      withTurns(request, [...turnsOf(request), wire.message(role, text)]),
    withoutOldestTurn: (request) => {
      const turns = withoutOldestTurn(turnsOf(request))
      return turns && withTurns(request, turns)
    },
    ...(withSchema && {
      withSchema: (request, schema, name) =>
        asksForSchema(request)
          ? request
          : withSchema(request, schema, name.replace(/[^\w-]/g, '_').slice(0, 64)),
    }),
    ...(continuation && {
      withContinuation: (request, partial) => {
        const turns = continuation(request, partial)
        return turns && withTurns(request, [...turnsOf(request), ...turns])
      },
    }),
  }
}
