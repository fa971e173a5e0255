import type { RequestNeeds } from '@holdfast/core'

import { at } from './path.ts'
import type { Path } from './path.ts'
import { asText, count, fields, items } from './shape.ts'

/** Characters per token: English prose on current tokenizers. Code and Chinese take more tokens. */
const CHARACTERS_PER_TOKEN = 4

/**
 * What one image counts as: GPT-4o's price for 1024×1024 in high detail. Anthropic charges about
 * 1,400 for the same. The estimate is a floor, so the smaller one. Audio and files count the same.
 */
export const IMAGE_TOKENS = 765

/** Where the wires keep what the model reads; their names do not collide. */
const PROMPT =
  'instructions system systemInstruction prompt messages input contents tools functions toolConfig ' +
  'config generationConfig response_format text output_config responseFormat outputConfig format'

/** What a request asks of a model, on any wire, estimated without serialising it. */
export function needsOf(request: unknown, maxTokens: unknown): RequestNeeds {
  const given = fields(request)
  const { tools, functions, toolConfig, config, stream } = given
  const weight = { characters: 0, images: 0, binaries: 0 }
  if (typeof request === 'string') weigh(request, weight)
  for (const name of PROMPT.split(' ')) weigh(given[name], weight)
  const maxOutputTokens = count(maxTokens)
  return {
    tools: [tools, functions, fields(toolConfig)['tools'], fields(config)['tools']].some(
      (list) => items(list).length > 0,
    ),
    jsonSchema: asksForSchema(given),
    vision: weight.images > 0,
    streaming: stream === true,
    inputTokens:
      Math.ceil(weight.characters / CHARACTERS_PER_TOKEN) +
      (weight.images + weight.binaries) * IMAGE_TOKENS,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  }
}

/** Where the wires are told of a schema. */
const FORMATS: readonly Path[] = [
  ['response_format'],
  ['responseFormat'],
  ['text', 'format'],
  ['output_config', 'format'],
  ['outputConfig', 'textFormat'],
  ['config'],
  ['generationConfig'],
]

/** Does the request ask for answers of a schema, by the means of any wire? */
export function asksForSchema(request: unknown): boolean {
  const { type: isSchema } = fields(at(request, ['format']))
  return (
    isSchema !== undefined ||
    FORMATS.some((path) => {
      const { type, schema, responseSchema, responseJsonSchema } = fields(at(request, path))
      return type === 'json_schema' || Boolean(schema ?? responseSchema ?? responseJsonSchema)
    })
  )
}

interface Weight {
  characters: number
  images: number
  binaries: number
}

const IMAGE = /^(image|image_url|input_image|computer_screenshot)$/
// `base64` and `url` are the sources of Anthropic's documents: their data is not prompt text.
const BINARY = /^(input_audio|file|input_file|base64|url)$/
/** Gemini and Bedrock have no types, but a name for each kind of part. */
const NAMED = /^(inlineData|fileData|image|document|video|audio)$/

/**
 * Names count as text: in a tool's schema they are prompt, and in a message `role` and `content`
 * come to the three or four tokens that every message costs.
 */
function weigh(value: unknown, weight: Weight): void {
  if (typeof value === 'string') weight.characters += value.length
  else if (Array.isArray(value)) for (const item of value) weigh(item, weight)
  else if (ArrayBuffer.isView(value)) weight.binaries += 1
  else if (typeof value === 'object' && value !== null) {
    const { type, mediaType } = fields(value)
    if (typeof type === 'string' && IMAGE.test(type)) weight.images += 1
    else if (typeof type === 'string' && BINARY.test(type)) weighFile(mediaType, weight)
    else for (const [name, inner] of Object.entries(value)) weighField(name, inner, weight)
  }
}

function weighField(name: string, value: unknown, weight: Weight): void {
  const { source, mimeType } = fields(value)
  if (name === 'images' && typeof items(value)[0] === 'string') {
    weight.images += items(value).length
  } else if (NAMED.test(name) && (source ?? mimeType)) {
    weighFile(mimeType ?? name, weight)
  } else {
    weight.characters += name.length
    weigh(value, weight)
  }
}

function weighFile(kind: unknown, weight: Weight): void {
  if (asText(kind).startsWith('image')) weight.images += 1
  else weight.binaries += 1
}
