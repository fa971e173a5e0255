import type { RequestNeeds } from '@holdfast/core'

import { asText, count, fields, items } from './shape.ts'

/** Characters per token: English prose on current tokenizers. Code and Chinese take more tokens. */
const CHARACTERS_PER_TOKEN = 4

/**
 * What one image counts as: GPT-4o's price for 1024×1024 in high detail. Anthropic charges about
 * 1,400 for the same. The estimate is a floor, so the smaller one. Audio and files count the same.
 */
export const IMAGE_TOKENS = 765

/** What a request asks of a model. Its prompt is weighed when somebody asks how long it is, and once. */
export function needsOf(
  request: unknown,
  tools?: unknown,
  schema?: unknown,
  maxTokens?: unknown,
): RequestNeeds {
  const maxOutputTokens = count(maxTokens)
  let weighed: Weight | undefined
  const weight = (): Weight => (weighed ??= weightOf(request))
  return {
    tools: items(tools).length > 0,
    jsonSchema: Boolean(schema),
    streaming: fields(request)['stream'] === true,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    get vision() {
      return weight().images > 0
    },
    get inputTokens() {
      const { characters, images, binaries } = weight()
      return Math.ceil(characters / CHARACTERS_PER_TOKEN) + (images + binaries) * IMAGE_TOKENS
    },
  }
}

interface Weight {
  characters: number
  images: number
  binaries: number
}

/** Where the wires keep what the model reads; their names do not collide. */
const PROMPT =
  /^(instructions|system(Instruction)?|prompt|messages|input|contents|tools|functions|text)$|(config|format)$/i

function weightOf(request: unknown): Weight {
  const weight = { characters: 0, images: 0, binaries: 0 }
  if (typeof request === 'string') weigh(request, weight)
  const given = fields(request)
  for (const name of Object.keys(given)) if (PROMPT.test(name)) weigh(given[name], weight)
  return weight
}

/** By their type, or by that of their data. A tool that paints is none. */
const IMAGE = /^(image(?!_generation$)|input_image|computer_screenshot|png|jpe?g|gif|webp)/
// `base64` and `url` are the sources of Anthropic's documents: their data is not prompt text.
const BINARY =
  /^(input_audio|(input_)?file|(audio|video)_url|base64|url|(audio|video|application)\/.*)$/

/**
 * Without serialising it. Names count as text: in a tool's schema they are prompt, and in a message `role` and `content`
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
