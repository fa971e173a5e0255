import type { Endpoint } from '../request.ts'
import { chat } from './chat.ts'
import { messages } from './messages.ts'
import { responses } from './responses.ts'
import type { Wire } from './wire.ts'

/** Every wire by the path that speaks it. */
const WIRES: Readonly<Record<Endpoint, Wire>> = {
  '/v1/chat/completions': chat,
  '/v1/responses': responses,
  '/v1/messages': messages,
}

/** The wire of a path; undefined when nobody speaks there. */
export const wireAt = (path: string): Wire | undefined =>
  Object.hasOwn(WIRES, path) ? WIRES[path as Endpoint] : undefined
