import type { Dialect, StreamProtocol } from '@holdfast/core'

import { readBy } from './answer.ts'
import { textCutter } from './cut.ts'
import { needsOf } from './needs.ts'
import { say } from './seen.ts'
import { fields, words } from './shape.ts'
import { withoutOldestTurn } from './turns.ts'

/** A request of one's own making: a prompt, or messages of plain text. */
export type PlainRequest = string | PlainPrompt | PlainChat

interface PlainOptions {
  readonly model?: string
  readonly maxTokens?: number
}

export interface PlainPrompt extends PlainOptions {
  readonly prompt: string
}

export interface PlainChat extends PlainOptions {
  readonly messages: readonly { readonly role: string; readonly content: string }[]
}

/** An answer of one's own making. */
export type PlainResponse = string | { readonly text: string }

/** Streams of strings or `{ text }`: they have no terminator, so that any end may be the one. */
export const plainStream: StreamProtocol = {
  name: 'plain-text',
  read(chunk, seen) {
    const text = textIn(chunk)
    if (text === undefined) return
    say(seen, text)
    seen.finish = 'stop'
    seen.mayEnd = true
  },
  withoutText: /* @__PURE__ */ textCutter(['text'], []),
}

/**
 * Functions that take and give text: no SDK, no wire.
 *
 * A bare string has no place for a model or a limit, so asking for either leaves it as it is.
 */
export const plainText: Dialect<PlainRequest, PlainResponse> = {
  name: 'plain-text',
  isRequest: (request) => {
    const { prompt, messages } = fields(request)
    return typeof request === 'string' || typeof prompt === 'string' || Array.isArray(messages)
  },
  isResponse: (response) => textIn(response) !== undefined,
  read: /* @__PURE__ */ readBy(plainStream),
  stream: plainStream,
  needs: (request) => needsOf(request, [], undefined, fields(request)['maxTokens']),
  modelOf: (request) => words(fields(request)['model']),
  withModel: (request, model) => (typeof request === 'string' ? request : { ...request, model }),
  withMaxTokens: (request, maxTokens) =>
    typeof request === 'string' ? request : { ...request, maxTokens },
  withMessage: (request, role, text) => {
    if (typeof request === 'string') return `${request}\n\n${text}`
    if ('messages' in request) {
      return { ...request, messages: [...request.messages, { role, content: text }] }
    }
    return { ...request, prompt: `${request.prompt}\n\n${text}` }
  },
  withoutOldestTurn: (request, fits) => {
    if (typeof request === 'string' || !('messages' in request)) return undefined
    const withTurns = (messages: unknown): PlainChat => ({ ...request, messages }) as PlainChat
    const messages = withoutOldestTurn(
      request.messages,
      undefined,
      fits && ((left) => fits(withTurns(left))),
    )
    return messages && withTurns(messages)
  },
  join: (parts) => {
    const text = parts.map((part) => textIn(part) ?? '').join('')
    const last = parts.at(-1)
    return typeof last === 'object' ? { ...last, text } : text
  },
}

function textIn(response: unknown): string | undefined {
  const text = typeof response === 'string' ? response : fields(response)['text']
  return typeof text === 'string' ? text : undefined
}
