import { CONTENDER_NAMES, TITLES, type ContenderName } from './names.ts'
import type { Outcome } from './score.ts'

const EVERY_MS = 250
/** Where no line can be drawn over, one now and then is enough. */
const EVERY_MS_WITHOUT_TERMINAL = 3_000

interface Count {
  calls: number
  correct: number
}

/** One live line for each contender, on stderr: stdout is for the result. */
export const showProgress = (): {
  readonly tell: (contender: ContenderName, outcome: Outcome) => void
  readonly stop: () => void
} => {
  const counts = new Map(
    CONTENDER_NAMES.map((name): [string, Count] => [name, { calls: 0, correct: 0 }]),
  )
  const { stderr } = process
  let drawn = false

  const draw = (): void => {
    if (drawn && stderr.isTTY) stderr.moveCursor(0, -counts.size)
    drawn = true
    for (const name of CONTENDER_NAMES) {
      const { calls = 0, correct = 0 } = counts.get(name) ?? {}
      const bad = calls - correct
      stderr.write(
        `${TITLES[name].padEnd(20)}${String(calls).padStart(5)} calls${String(bad).padStart(6)} without a right answer\n`,
      )
    }
  }
  const timer = setInterval(draw, stderr.isTTY ? EVERY_MS : EVERY_MS_WITHOUT_TERMINAL)
  return {
    tell: (contender, { verdict }) => {
      const count = counts.get(contender)
      if (count === undefined) return
      count.calls++
      if (verdict === 'correct') count.correct++
    },
    stop: () => {
      clearInterval(timer)
      draw()
    },
  }
}
