/** Values of one label that are told apart; what comes later is told as `other`. */
const MAX_VALUES = 100

/** Keeps labels few: a model's name may come from a caller. */
export const boundedLabels = (): ((
  labels: Readonly<Record<string, string>>,
) => Record<string, string>) => {
  const known = new Map<string, Set<string>>()
  return (labels) =>
    Object.fromEntries(
      Object.entries(labels).map(([name, value]) => {
        let values = known.get(name)
        if (values === undefined) known.set(name, (values = new Set()))
        if (values.size < MAX_VALUES) values.add(value)
        return [name, values.has(value) ? value : 'other']
      }),
    )
}
