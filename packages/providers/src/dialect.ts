import type { Answer, Dialect, StreamProtocol } from '@holdfast/core'

import { readBy, tallyBy } from './answer.ts'
import { joiner } from './join.ts'
import type { Links } from './links.ts'
import { needsOf } from './needs.ts'
import { at, changed } from './path.ts'
import type { Path } from './path.ts'
import { fields, words } from './shape.ts'
import type { Fields } from './shape.ts'
import { withoutOldestTurn } from './turns.ts'

type Same<Req, Res> = Pick<Dialect<Req, Res>, 'name' | 'isResponse' | 'freeze' | 'thaw'>

/** What differs from wire to wire; the rest of a dialect follows from it. */
export interface Wire<Req, Res = never> extends Same<Req, Res> {
  /** Reads streams, and whole answers as streams of one chunk. */
  readonly stream: StreamProtocol
  /** @default by its turns */
  readonly isRequest?: (request: unknown) => boolean
  /** The field with the conversation. @default 'messages' */
  readonly turns?: string
  /** The conversation as the wire takes it, when turns are added. @default as it is */
  readonly asTurns?: (turns: readonly unknown[]) => readonly unknown[]
  /** How calls and their results are linked in it. */
  readonly links: Links
  /** @default a role and its text */
  readonly message?: (role: 'user' | 'assistant', content: string) => object
  /** The field with the model's name; null where the model is no part of the request. @default 'model' */
  readonly model?: string | null
  /** Where the limit of the answer stands. */
  readonly limitAt: (request: Fields) => Path
  /** Anything less is a 400. */
  readonly least?: (request: Req) => number
  /** The list of its tools. @default its field `tools` */
  readonly tools?: (request: Fields) => unknown
  /** The schema that it asks for, or whatever else stands where it does so. */
  readonly schemaIn: (request: Fields) => unknown
  /** What the parts of a joined answer add to: texts, lists of parts, usage. */
  readonly joins: readonly Path[]
  readonly withSchema?: Dialect<Req, Res>['withSchema']
  /** The turns to add, so that the model goes on in the midst of its sentence. */
  readonly continuation?: (request: Req, partial: Answer) => readonly object[] | undefined
}

/** A dialect of what differs. */
export function dialect<Req extends object, Res>({
  turns = 'messages',
  asTurns = (list) => list,
  links,
  message = (role, content) => ({ role, content }),
  model = 'model',
  limitAt,
  least,
  tools = (request) => request['tools'],
  schemaIn,
  joins,
  withSchema,
  continuation,
  ...wire
}: Wire<Req, Res>): Dialect<Req, Res> {
  const turnsOf = (request: Req): readonly unknown[] => {
    const given = fields(request)[turns] ?? []
    if (typeof given === 'string') return [message('user', given)]
    return asTurns(Array.isArray(given) ? given : [given])
  }
  const withTurns = (request: Req, after: readonly unknown[]): Req => ({
    ...request,
    [turns]: asTurns(after),
  })
  return {
    isRequest: (request) => Array.isArray(fields(request)[turns]),
    ...wire,
    read: readBy(wire.stream),
    tally: tallyBy(wire.stream),
    join: joiner(joins),
    streams: (request) => fields(request)['stream'] === true,
    needs: (request) => {
      const given = fields(request)
      return needsOf(request, tools(given), schemaIn(given), at(request, limitAt(given)))
    },
    modelOf: (request) => words(fields(request)[model ?? '']),
    withModel: (request, name) => (model ? { ...request, [model]: name } : request),
    withMaxTokens: (request, maxTokens) =>
      changed(request, limitAt(fields(request)), () => Math.max(maxTokens, least?.(request) ?? 0)),
    withMessage: (request, role, text) =>
      withTurns(request, [...turnsOf(request), message(role, text)]),
    withoutOldestTurn: (request, fits) => {
      const after = withoutOldestTurn(
        turnsOf(request),
        links,
        fits && ((left) => fits(withTurns(request, left))),
      )
      return after && withTurns(request, after)
    },
    ...(withSchema && {
      withSchema: (request, schema, name) =>
        schemaIn(fields(request))
          ? request
          : withSchema(request, schema, name.replace(/[^\w-]/g, '_').slice(0, 64)),
    }),
    ...(continuation && {
      withContinuation: (request, partial) => {
        const added = continuation(request, partial)
        return added && withTurns(request, [...turnsOf(request), ...added])
      },
    }),
  }
}
