/** 4.2 ms, 412 ms, 1.24 s, 12.4 s, 2:05 min. */
export const ms = (value: number | null | undefined): string => {
  if (value === undefined || value === null) return '–'
  if (value < 10) return `${value.toFixed(1)} ms`
  if (value < 999.5) return `${Math.round(value)} ms`
  if (value < 10_000) return `${(value / 1_000).toFixed(2)} s`
  if (value < 99_950) return `${(value / 1_000).toFixed(1)} s`
  const seconds = Math.round(value / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`
}

/** Two digits that say something, however little it is. */
export const usd = (value: number | undefined): string => {
  if (value === undefined) return '?'
  if (value === 0) return '–'
  if (value >= 100) return `$${Math.round(value)}`
  if (value >= 1) return `$${value.toFixed(2)}`
  return `$${value.toFixed(Math.min(7, 1 - Math.floor(Math.log10(value))))}`
}

/** 950, 1.2k, 34k, 1.2M. */
export const count = (value: number): string => {
  if (value < 1_000) return String(Math.round(value))
  if (value < 10_000) return `${(value / 1_000).toFixed(1)}k`
  if (value < 1_000_000) return `${Math.round(value / 1_000)}k`
  return `${(value / 1_000_000).toFixed(1)}M`
}

/** A share of 1: 0 is nothing to look at. */
export const percent = (share: number): string => {
  if (share === 0) return '–'
  const value = share * 100
  return `${value < 0.1 ? '<0.1' : value < 10 ? value.toFixed(1) : Math.round(value)} %`
}

/** 29.4, 1.2k: how many in a second. */
export const perSecond = (value: number): string => (value < 100 ? value.toFixed(1) : count(value))

const two = (value: number): string => String(value).padStart(2, '0')

/** 15:04:05 */
export const timeOf = (wall: number): string => {
  const date = new Date(wall)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** .042 */
export const fractionOf = (wall: number): string =>
  `.${String(Math.floor(wall) % 1_000).padStart(3, '0')}`
