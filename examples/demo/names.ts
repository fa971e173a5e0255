/** Who lives through the day, in the order of the table. */
export const CONTENDER_NAMES = ['asTheyCome', 'handWritten', 'holdfast'] as const

export type ContenderName = (typeof CONTENDER_NAMES)[number]

/** What the table calls them. */
export const TITLES: Readonly<Record<ContenderName, string>> = {
  asTheyCome: 'SDKs as they come',
  handWritten: 'hand-written loop',
  holdfast: 'holdfast',
}
