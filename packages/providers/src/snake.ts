import { fields } from './shape.ts'

/** SDKs that write the wire's names in camel case, read in the names of the wire; arguments are the model's own. */
export function snaked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snaked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(fields(value)).map(([name, inner]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      name === 'arguments' ? inner : snaked(inner),
    ]),
  )
}
