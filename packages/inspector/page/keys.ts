import { useEffect, useRef } from 'preact/hooks'

/** What the keys do, for the page and for its help. */
export const KEYS = [
  ['/', 'search'],
  ['↓ ↑ or j k', 'next, previous call'],
  ['Esc', 'close the call, leave the search'],
  ['Space', 'pause, go on'],
  ['x', 'only calls with trouble'],
  ['e', 'export the call as JSON'],
  ['c', 'copy the call as JSON'],
  ['1 2 3', 'one, five, fifteen minutes'],
  ['t', 'dark, light'],
  ['?', 'this help'],
] as const

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement

/** Calls what is bound to a key; keys that are typed into a field are left alone, but for Escape. */
export const useKeys = (bindings: Readonly<Record<string, () => void>>): void => {
  const latest = useRef(bindings)
  latest.current = bindings
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (typing(event.target) && event.key !== 'Escape') return
      // A button that has the focus is pressed by the space bar.
      if (event.key === ' ' && event.target instanceof HTMLButtonElement) return
      const bound = latest.current[event.key]
      if (bound === undefined) return
      event.preventDefault()
      bound()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
}
