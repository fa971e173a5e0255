import type { SeenCall } from '../src/seen.ts'

const textOf = (call: SeenCall): string => JSON.stringify(call, undefined, 2)

/** Saves a call as a file. */
export const saveCall = (call: SeenCall): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([textOf(call)], { type: 'application/json' }))
  link.download = `call-${call.callId.replaceAll(/[^\w.-]/g, '_')}.json`
  link.click()
  // The browser reads it after this click, by its own time.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Puts a call on the clipboard. */
export const copyCall = (call: SeenCall): Promise<void> =>
  navigator.clipboard.writeText(textOf(call))
