import { amplify, type Amplified } from './amplification.ts'
import { runCell, type Row } from './cell.ts'
import type { Client } from './clients/client.ts'
import { HEALTHY, PHASES, stallsForEver, type Case } from './faults.ts'
import type { Stack } from './stack.ts'

/** The sums of one stack. */
export interface Sums {
  readonly cells: number
  readonly right: number
  readonly silentCuts: number
  readonly duplicates: number
  readonly splices: number
  readonly hangs: number
}

/** What `--json` prints. */
export interface Conformance extends Readonly<Record<Stack['name'], Sums>> {
  readonly amplification: readonly Amplified[]
  readonly rows: readonly Row[]
}

/** Few cells work at once, so that none is late because of the others. */
const WORKING = 12
/** A stall is a matter of waiting only. */
const WAITING = 24

/** Does a list of jobs, so many at once, and keeps their order. */
const inParallel = async <Result>(
  jobs: readonly (() => Promise<Result>)[],
  atOnce: number,
): Promise<readonly Result[]> => {
  const results: Result[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < jobs.length; at = next++) {
      const job = jobs[at]
      if (job !== undefined) results[at] = await job()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

/** Adds up the cells of a stack. */
export const sumsOf = (rows: readonly Row[]): Sums => {
  const saw = (word: Row['saw']): number => rows.filter((row) => row.saw === word).length
  return {
    cells: rows.length,
    right: rows.filter((row) => row.right).length,
    silentCuts: saw('silent cut'),
    duplicates: saw('duplicate'),
    splices: saw('splice'),
    hangs: saw('hang'),
  }
}

/** Whether a client speaks a wire that knows the fault. */
const meets = ({ protocol }: Client, { protocols }: Case): boolean =>
  protocols?.includes(protocol) ?? true

/** The cells of some faults: every client that knows them, in every stack. */
const cellsOf = (
  stacks: readonly (() => Stack)[],
  cases: readonly Case[],
  clients: readonly Client[],
): readonly (() => Promise<Row>)[] =>
  stacks.flatMap((stack) =>
    cases.flatMap((one) =>
      clients
        .filter((client) => meets(client, one))
        .map((client) => () => runCell(stack, one, client)),
    ),
  )

/** Runs every client against every fault, in every stack. */
export const runTable = async (
  stacks: readonly (() => Stack)[],
  cases: readonly Case[],
  clients: readonly Client[],
): Promise<Conformance> => {
  // What is loaded and compiled at a first call must not make a cell late.
  await inParallel(cellsOf(stacks, [HEALTHY], clients), WORKING)
  const working = cases.filter((one) => !stallsForEver(one))
  const waiting = cases.filter(stallsForEver)
  const rows = await Promise.all([
    inParallel(cellsOf(stacks, working, clients), WORKING),
    inParallel(cellsOf(stacks, waiting, clients), WAITING),
  ])
  const inOrder = rows.flat().toSorted((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase))
  const retrying = stacks.filter((stack) => stack().retries)
  const amplification = await inParallel(
    retrying.flatMap((stack) => clients.map((client) => () => amplify(stack, client))),
    WORKING,
  )
  const of = (name: Stack['name']): Sums => sumsOf(inOrder.filter((row) => row.stack === name))
  return { holdfast: of('holdfast'), asTheyCome: of('asTheyCome'), amplification, rows: inOrder }
}
