/** Constructors that shells and languages print around what is a string or a number in JSON. */
const NAMES =
  'ObjectId|NumberLong|NumberInt|NumberDecimal|ISODate|UUID|Decimal|Decimal128|Int32|Long|(?:new )?Date'
const CALL = new RegExp(
  `(?:(?:${NAMES})?\\(\\s*(?:"([^"\\\\\\n]*)"|'([^'\\\\\\n]*)')|(?:${NAMES})\\(\\s*(-?\\d+(?:\\.\\d+)?))\\s*\\)(?=\\s*(?:[,}\\])#/]|$))`,
  'y',
)

/** The value of the constructor call at `at`, as `ObjectId("1")` or `NumberLong(2)`. */
export const readConstant = (
  text: string,
  at: number,
): { readonly value: string | number; readonly end: number } | undefined => {
  CALL.lastIndex = at
  const call = CALL.exec(text)
  if (call === null) return undefined
  return { value: call[1] ?? call[2] ?? Number(call[3]), end: CALL.lastIndex }
}
