/** Names of fields to leave out, as a tree: `true` at the end of a path. */
export type Ignored = ReadonlyMap<string, Ignored | true>

type Tree = Map<string, Tree | true>

/** `['user', 'metadata.traceId']` as a tree, so that a walk looks at one level at a time. */
export const ignoring = (paths: readonly string[]): Ignored | undefined => {
  if (paths.length === 0) return undefined
  const root: Tree = new Map()
  for (const path of paths) {
    const names = path.split('.')
    let level = root
    for (const [i, name] of names.entries()) {
      const below = level.get(name)
      if (below === true) break // the whole field is left out already
      if (i === names.length - 1) level.set(name, true)
      else level.set(name, (level = below ?? new Map()))
    }
  }
  return root
}
