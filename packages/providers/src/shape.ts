/** A wire value before anybody has looked at it: a proxy or a captive portal may have sent anything. */
export type Fields = { readonly [name: string]: unknown }

const NO_FIELDS: Fields = {}
const NO_ITEMS: readonly unknown[] = []

/** The fields of an object, none of anything else: destructuring the result never throws. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : NO_FIELDS
}

/** The items of an array, none of anything else. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NO_ITEMS
}

/** A string that says something; '' and null both mean "nothing" on these wires. */
export function words(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A string as it is, '' for anything else: `String()` throws for some objects. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A count of tokens; anything but a finite number from 0 up is no count. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined
}

/** Is it the first of the several answers that a request may ask for? They come in any order; where there is one only, it need not say so. */
export const isFirst = (choice: unknown): boolean => !fields(choice)['index']
