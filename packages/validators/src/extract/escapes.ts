import { isQuote } from './characters.ts'

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * What the escape at `at` stands for, and its length. A backslash before anything that JSON and JavaScript do not know
 * is kept: it is one of a formula, a pattern or a path.
 */
export const unescaped = (text: string, at: number): readonly [string, number] => {
  const next = text[at + 1]
  if (next === undefined) return ['', 1]
  const hex = next === 'u' ? 4 : next === 'x' ? 2 : 0
  const code = text.slice(at + 2, at + 2 + hex)
  if (hex > 0) {
    if (code.length === hex && /^[\da-f]+$/i.test(code))
      return [String.fromCharCode(Number.parseInt(code, 16)), hex + 2]
    if (at + 2 + hex >= text.length) return ['', text.length - at]
  }
  // Markdown escapes underscores.
  if (isQuote(next) || /[\\/\n_]/.test(next)) return [next, 2]
  return [ESCAPES[next] ?? `\\${next}`, 2]
}

/** A piece of a string with all its escapes taken for what they stand for. */
export const meantBy = (raw: string): string => {
  let value = ''
  let from = 0
  for (let i = raw.indexOf('\\'); i >= 0; i = raw.indexOf('\\', from)) {
    const [meant, length] = unescaped(raw, i)
    value += raw.slice(from, i) + meant
    from = i + length
  }
  return value + raw.slice(from)
}
