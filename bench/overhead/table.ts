import type { Goal } from './goals.ts'

export interface Result {
  readonly node: string
  readonly rounds: number
  readonly rows: readonly object[]
  readonly counters: object
  readonly goals: readonly Goal[]
}

/** The result for people. */
export const print = ({ node, rounds, rows, counters, goals }: Result): void => {
  console.log(`Node ${node}, medians of ${rounds} interleaved rounds`)
  console.table(rows)
  console.table(counters)
  console.table(goals)
}
