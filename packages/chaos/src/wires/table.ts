import type { Endpoint } from '../request.ts'
import { chat } from './chat.ts'
import { gemini, GEMINI_METHOD } from './gemini.ts'
import { messages } from './messages.ts'
import { responses } from './responses.ts'
import type { Wire } from './wire.ts'

/** Every wire by the path that speaks it. */
const WIRES: Readonly<Record<Endpoint, Wire>> = {
  '/v1/chat/completions': chat,
  '/v1/responses': responses,
  '/v1/messages': messages,
  '/v1beta/models': gemini,
}

/** The wire of a path; undefined when nobody speaks there. */
export const wireAt = (path: string): Wire | undefined => {
  // Gemini names the model and the method in the path, not in the body.
  if (GEMINI_METHOD.test(path)) return gemini
  // Groq and other hosts of the same wire keep it below a folder of that name.
  const own = path.replace(/^\/openai(?=\/v1\/)/, '')
  return Object.hasOwn(WIRES, own) && own !== gemini.endpoint ? WIRES[own as Endpoint] : undefined
}
