import type { Dialect } from '@holdfast/core'

import { alternating } from './alternating.ts'
import { bedrockStream } from './bedrock-stream.ts'
import { goesOnFromPrefill, needsToolForSchema } from './claude.ts'
import { dialect } from './dialect.ts'
import { bedrockLinks } from './links.ts'
import { fields, items } from './shape.ts'
import type { Fields } from './shape.ts'
import { isStrict, without } from './strict-schema.ts'

/** What the dialect reads of a Converse request; the SDK's own type fits. */
export interface ConverseRequest {
  readonly modelId?: string | undefined
  readonly messages?: readonly object[] | undefined
}

/** What the dialect reads of a Converse answer; the SDK's own type fits. */
export interface ConverseResponse {
  readonly output?: unknown
  readonly stopReason?: string | undefined
}

/** Amazon Bedrock's Converse. */
export const bedrock: Dialect<ConverseRequest, ConverseResponse> = /* @__PURE__ */ dialect<
  ConverseRequest,
  ConverseResponse
>({
  name: 'bedrock-converse',
  stream: bedrockStream,
  isRequest: (request) => {
    const { messages, modelId } = fields(request)
    const [part] = items(fields(items(messages)[0])['content'])
    return Array.isArray(messages) && (typeof modelId === 'string' || isUntyped(part))
  },
  isResponse: (response) => {
    const { output, stopReason } = fields(response)
    return typeof stopReason === 'string' && fields(output)['message'] !== undefined
  },
  asTurns: alternating,
  links: bedrockLinks,
  model: 'modelId',
  message: (role, text) => ({ role, content: [{ text }] }),
  limitAt: () => ['inferenceConfig', 'maxTokens'],
  tools: ({ toolConfig }) => fields(toolConfig)['tools'],
  schemaIn,
  joins: [['output', 'message', 'content'], ['usage']],
  withSchema: (request, schema, name) => {
    if (!isStrict(schema, true) || needsToolForSchema(request.modelId)) return undefined
    const jsonSchema = { name, schema: JSON.stringify(without(schema, /^\$schema$/)) }
    const textFormat = { type: 'json_schema', structure: { jsonSchema } }
    return { ...request, outputConfig: { textFormat } } as ConverseRequest
  },
  continuation: (request, { text, tools }) => {
    const content = text.trimEnd()
    const goesOn = goesOnFromPrefill(request.modelId) && !schemaIn(fields(request))
    const { thinking } = fields(fields(request)['additionalModelRequestFields'])
    return content !== '' && tools.length === 0 && goesOn && !thinking
      ? [{ role: 'assistant', content: [{ text: content }] }]
      : undefined
  },
})

function schemaIn({ outputConfig }: Fields): unknown {
  return fields(outputConfig)['textFormat']
}

/** Converse names its parts by a key of their own, where all others have a `type`. */
const isUntyped = (part: unknown): boolean =>
  typeof part === 'object' && part !== null && !('type' in part)
