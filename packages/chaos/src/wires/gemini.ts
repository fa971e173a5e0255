import { completionTokens, type Completion, type Finish } from '../completion.ts'
import {
  asksForJson,
  isObject,
  readMessages,
  tokenLimit,
  type ChaosRequest,
  type JsonObject,
} from '../request.ts'
import { countTokens, tokenize } from '../tokens.ts'
import { geminiError } from './gemini-error.ts'
import { calls, said, thought, usageOf } from './gemini-parts.ts'
import { quiet, type Exchange, type Piece, type Wire } from './wire.ts'

/** The path of the two methods that generate content: model and method. Newer clients speak to v1, older ones to v1beta. */
export const GEMINI_METHOD: RegExp =
  /^\/v1(?:beta)?\/models\/([^/:?]+):(generateContent|streamGenerateContent)$/

const FINISH: Readonly<Record<Finish, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  // A tool call is a part like another, and no reason to stop.
  'tool-calls': 'STOP',
  // A refusal has no field of its own: it is a text.
  refusal: 'STOP',
  'content-filter': 'SAFETY',
  // Never reached: a blocked prompt has no candidate that could have finished.
  blocked: 'OTHER',
}

/** An event as Google frames it: no name, and lines that end in CRLF. */
const event = (data: JsonObject): string => `data: ${JSON.stringify(data)}\r\n\r\n`

const frame = ({ id, request, withoutUsage }: Exchange, usage: JsonObject): JsonObject => ({
  ...(!withoutUsage && { usageMetadata: usage }),
  modelVersion: request.model,
  responseId: id.slice(0, 22),
})

const blocked = (exchange: Exchange): JsonObject => ({
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  ...frame(exchange, usageOf(exchange.inputTokens, 0, 0)),
})

const candidate = (parts: readonly JsonObject[], finish?: string): JsonObject => ({
  candidates: [
    {
      // An answer that says nothing has a content without parts.
      content: { ...(parts.length > 0 && { parts }), role: 'model' },
      ...(finish !== undefined && { finishReason: finish }),
      index: 0,
    },
  ],
})

const chunks = (exchange: Exchange, completion: Completion): readonly Piece[] => {
  if (completion.finish === 'blocked') return [quiet(event(blocked(exchange)), 'finish')]
  const parts = [
    ...tokenize(completion.reasoning).map(thought),
    ...tokenize(completion.text).map(said),
    ...calls(completion),
  ]
  let words = 0
  let thoughts = 0
  const usage = (): JsonObject => frame(exchange, usageOf(exchange.inputTokens, words, thoughts))
  const pieces = parts.map((one): Piece => {
    words += one.said
    thoughts += one.thought
    const data = event({ ...candidate([one.part]), ...usage() })
    return { data, tokens: one.said + one.thought, part: one.kind }
  })
  const last = parts.length === 0 ? [] : [{ text: '' }]
  return [
    ...pieces,
    quiet(event({ ...candidate(last, FINISH[completion.finish]), ...usage() }), 'finish'),
  ]
}

const answer = (exchange: Exchange, completion: Completion): JsonObject => {
  if (completion.finish === 'blocked') return blocked(exchange)
  const { reasoning, text } = completion
  const parts = [
    ...(reasoning === '' ? [] : [thought(reasoning)]),
    ...(text === '' ? [] : [said(text)]),
    ...calls(completion),
  ].map((one) => one.part)
  const thoughts = countTokens(reasoning)
  const words = completionTokens(completion) - thoughts
  return {
    ...candidate(parts, FINISH[completion.finish]),
    ...frame(exchange, usageOf(exchange.inputTokens, words, thoughts)),
  }
}

const readContents = (body: JsonObject): Pick<ChaosRequest, 'prompt' | 'input'> => {
  const { contents, systemInstruction } = body
  const turns = (Array.isArray(contents) ? contents : []).filter(isObject)
  return readMessages(
    turns.map(({ role = 'user', parts }) => ({ role, content: parts })),
    isObject(systemInstruction) ? systemInstruction['parts'] : undefined,
  )
}

/** Gemini: `generateContent`, and `streamGenerateContent` as server-sent events. */
export const gemini: Wire = {
  endpoint: '/v1beta/models',
  provider: 'gemini',
  read: (body, headers, url) => {
    const [path = '', query] = url.split('?')
    const [, model = '', method] = GEMINI_METHOD.exec(path) ?? []
    const stream = method === 'streamGenerateContent'
    if (stream && new URLSearchParams(query).get('alt') !== 'sse')
      return 'This server streams server-sent events only: add alt=sse to the query.'
    if (!Array.isArray(body['contents']) || body['contents'].length === 0)
      return '* GenerateContentRequest.contents: contents is not specified\n'
    const config = isObject(body['generationConfig']) ? body['generationConfig'] : {}
    const read = readContents(body)
    const json = config['responseMimeType'] === 'application/json'
    return {
      endpoint: '/v1beta/models',
      model,
      ...read,
      stream,
      json: asksForJson(read.prompt, json ? { type: 'json' } : undefined),
      maxTokens: tokenLimit(config['maxOutputTokens']),
      includeUsage: true,
      headers,
      body,
    }
  },
  answer,
  stream: chunks,
  ping: ': keep-alive\r\n\r\n',
  errorEvent: (_exchange, problem) => event(geminiError(problem)),
}
