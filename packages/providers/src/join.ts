import { at, changed } from './path.ts'
import type { Path } from './path.ts'
import { asText, fields, items, words } from './shape.ts'

/** Makes one answer of several: it is the last one, but for what stands at `paths`, which all of them add to. */
export function joiner<Res>(paths: readonly Path[]): (parts: readonly Res[]) => Res {
  return (parts) =>
    parts.reduce((before, last) =>
      paths.reduce((joined, path) => {
        const first = at(before, path)
        return first === undefined ? joined : changed(joined, path, (more) => plus(first, more))
      }, last),
    )
}

/** Texts and lists follow each other; usage adds up, however deep its numbers lie. */
function plus(first: unknown, more: unknown): unknown {
  if (Array.isArray(first) || Array.isArray(more)) return inOrder(asParts(first), asParts(more))
  return typeof first === 'string' ? first + asText(more) : added(first, more)
}

/** Mistral answers in parts when it has thought, and in a text when it goes on. */
const asParts = (content: unknown): readonly unknown[] =>
  words(content) ? [{ type: 'text', text: content }] : items(content)

function added(first: unknown, more: unknown): unknown {
  if (typeof first === 'number' && typeof more === 'number') return first + more
  if (!first || typeof first !== 'object' || typeof more !== 'object') return more ?? first
  const sum = (Array.isArray(first) ? [...first] : { ...first }) as Record<string, unknown>
  for (const [name, value] of Object.entries(more ?? {})) sum[name] = added(sum[name], value)
  return sum
}

/** A text that breaks off is one part with the text that goes on: many read the first part only. */
function inOrder(first: readonly unknown[], more: readonly unknown[]): unknown[] {
  const [last, next] = [first.at(-1), more[0]]
  if (!isText(last) || !isText(next)) return [...first, ...more]
  const whole = changed(next, ['text'], (text) => plus(fields(last)['text'], text))
  return [...first.slice(0, -1), whole, ...more.slice(1)]
}

function isText(part: unknown): boolean {
  const { type = 'text', text, thought } = fields(part)
  return typeof text === 'string' && !thought && type === 'text'
}
