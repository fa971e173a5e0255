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
const PROMPT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'instructions',
  'system',
  'systemInstruction',
  'prompt',
  'messages',
  'input',
  'contents',
  'tools',
  'functions',
  'toolConfig',
  'config',
  'generationConfig',
  'response_format',
  'text',
  'output_config',
  'responseFormat',
  'outputConfig',
  'format',
])

/** What a request asks of a model, on any wire, estimated without serialising it. */
export function needsOf(request: unknown, maxTokens: unknown): RequestNeeds {
  const given = fields(request)
  const { tools, functions, toolConfig, config, stream } = given
  const weight = { characters: 0, images: 0, binaries: 0 }
  if (typeof request === 'string') weigh(request, weight)
  for (const name of Object.keys(given)) if (PROMPT.has(name)) weigh(given[name], weight)
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

const IMAGE = /^(image|input_image|computer_screenshot|png|jpe?g|gif|webp)/
// `base64` and `url` are the sources of Anthropic's documents: their data is not prompt text.
const BINARY = /^(input_audio|file|input_file|base64|url|(audio|video|application)\/.*)$/

/**
 * Names count as text: in a tool's schema they are prompt, and in a message `role` and `content`
 * come to the three or four tokens that every message costs.
 */
function weigh(value: unknown, weight: Weight): void {
  if (typeof value === 'string') weight.characters += value.length
  else if (Array.isArray(value)) for (const item of value) weigh(item, weight)
  else if (ArrayBuffer.isView(value)) weight.binaries += 1
  else if (typeof value === 'object' && value !== null) {
    const { type, mediaType, mimeType, source, format } = fields(value)
    const kind = asText(mediaType ?? mimeType ?? (source && format) ?? type)
    if (IMAGE.test(kind)) weight.images += 1
    else if (BINARY.test(kind)) weight.binaries += 1
    else {
      for (const [name, inner] of Object.entries(value)) {
        weight.characters += name.length
        // Ollama's are bare data.
        if (name === 'images') weight.images += items(inner).length
        else weigh(inner, weight)
      }
    }
  }
}
