import { at, changed } from './path.ts'
import type { Path } from './path.ts'
import { asText, fields } from './shape.ts'

/** Takes the first characters off the text of a chunk, or of a whole answer, wherever it stands. */
export function textCutter(
  ...paths: readonly Path[]
): <Chunk>(chunk: Chunk, chars: number) => Chunk {
  return (chunk, chars) => {
    const path = paths.find((it) => at(chunk, it))
    return path && chars > 0 ? changed(chunk, path, (text) => cut(text, { chars })) : chunk
  }
}

/** Everything that is shown as text on some wire; what it does not name has no type, as on Gemini's. */
const IS_TEXT = /^(text|output_text|text-delta|)$/

/** From a text, a part with one, or a list of parts; `left` goes down with what was cut. */
function cut(content: unknown, left: { chars: number }): unknown {
  if (typeof content === 'string') {
    const shorter = content.slice(left.chars)
    left.chars -= content.length - shorter.length
    return shorter
  }
  if (Array.isArray(content)) return content.map((part) => cut(part, left))
  const { type, text, thought, citationsContent } = fields(content)
  const inside = citationsContent
    ? ['citationsContent', 'content']
    : type === 'message'
      ? ['content']
      : typeof text === 'string' && !thought && IS_TEXT.test(asText(type)) && ['text']
  return inside ? changed(content, inside, (said) => cut(said, left)) : content
}
