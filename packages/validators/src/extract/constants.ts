// A function of a table calculator has capitals alone.
const NAME = '(?:new )?(?:UUID|(?=[A-Z][A-Z\\d_]{0,40}[a-z])\\w{1,60})'
/**
 * Constructors that shells and languages print around what is a string or a number in JSON, and strings in nothing but
 * round brackets; a number in those is less than nothing to a bookkeeper.
 */
const CALL = new RegExp(
  `(?:(?:${NAME})?\\(\\s*(?:"([^"\\\\\\n]*)"|'([^'\\\\\\n]*)')|${NAME}\\(\\s*(-?\\d+(?:\\.\\d+)?))\\s*\\)(?=\\s*(?:[,}\\])#/]|$))`,
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
