import type { RequestNeeds } from '@holdfast/core'

import { count, fields, items } from './shape.ts'

/** Characters per token: English prose on current tokenizers. Code and Chinese take more tokens. */
const CHARACTERS_PER_TOKEN = 4

/**
 * What one image counts as: GPT-4o's price for 1024×1024 in high detail. Anthropic charges about
 * 1,400 for the same. The estimate is a floor, so the smaller one. Audio and files count the same.
 */
export const IMAGE_TOKENS = 765

const IMAGE = /^(image|image_url|input_image|computer_screenshot)$/
// `base64` and `url` are the sources of Anthropic's documents: their data is not prompt text.
const BINARY = /^(input_audio|file|input_file|base64|url)$/

/** The parts of a request that tell what it needs, under whatever name its wire has for them. */
interface Asked {
  /** Everything that costs prompt tokens. */
  readonly prompt: readonly unknown[]
  readonly tools?: unknown
  /** `{ type: 'json_schema', … }` where the wire has it. */
  readonly format?: unknown
  readonly stream?: unknown
  readonly maxTokens?: unknown
}

/** What a request asks of a model, estimated without serialising it. */
export function needsOf(asked: Asked): RequestNeeds {
  const seen = { characters: 0, images: 0, binaries: 0 }
  weigh(asked.prompt, seen)
  const maxOutputTokens = count(asked.maxTokens)
  return {
    tools: items(asked.tools).length > 0,
    jsonSchema: fields(asked.format)['type'] === 'json_schema',
    vision: seen.images > 0,
    streaming: asked.stream === true,
    inputTokens:
      Math.ceil(seen.characters / CHARACTERS_PER_TOKEN) +
      (seen.images + seen.binaries) * IMAGE_TOKENS,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  }
}

interface Seen {
  characters: number
  images: number
  binaries: number
}

/**
 * Names count as text: in a tool's schema they are prompt, and in a message `role` and `content`
 * come to the three or four tokens that every message costs.
 */
function weigh(value: unknown, seen: Seen): void {
  if (typeof value === 'string') {
    seen.characters += value.length
  } else if (Array.isArray(value)) {
    for (const item of value) weigh(item, seen)
  } else if (typeof value === 'object' && value !== null) {
    const type = fields(value)['type']
    if (typeof type === 'string' && IMAGE.test(type)) seen.images += 1
    else if (typeof type === 'string' && BINARY.test(type)) seen.binaries += 1
    else weighFields(value, seen)
  }
}

function weighFields(value: object, seen: Seen): void {
  for (const name of Object.keys(value)) {
    seen.characters += name.length
    weigh(fields(value)[name], seen)
  }
}
