import { blanksBefore } from './characters.ts'

const MEMBER = '\\s*"[^"\\\\{}\\n]*"\\s*:\\s*(?:"[^"\\\\{}]*"|[\\w.+-]+)\\s*'
const FLAT_OBJECT = new RegExp(`\\{${MEMBER}(?:,${MEMBER})*\\}`, 'y')

/**
 * Where a flat object ends whose first quote stands at `quote`, in a string that opened at `open`: quoted in it, with its
 * quotes not escaped. One in a fence may be meant as the value itself.
 */
export const endOfFlatObject = (text: string, open: number, quote: number): number | undefined => {
  const brace = blanksBefore(text, quote) - 1
  if (brace <= open || text[brace] !== '{') return undefined
  FLAT_OBJECT.lastIndex = brace
  if (!FLAT_OBJECT.test(text)) return undefined
  const isFenced = /```\w*\s*$/.test(text.slice(Math.max(open, brace - 20), brace))
  return isFenced ? undefined : FLAT_OBJECT.lastIndex
}
