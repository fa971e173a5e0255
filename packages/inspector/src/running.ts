import type { AnyEvent, EventOf } from '@holdfast/core'

import { isNoise, markOf } from './marks.ts'
import type { Mark, RunningCall } from './seen.ts'

/** Calls that nobody saw the end of are forgotten beyond this. */
const MAX_RUNNING = 10_000
/** A call that is retried for hours says no more than this. */
const MAX_MARKS = 200
/** What is shown of those that run. */
const LONGEST = 20

interface Open {
  readonly startedAt: number
  readonly route: string
  readonly request: unknown
  readonly marks: Mark[]
  attempts: number
  target: string | undefined
  model: string | undefined
  doing: string
}

/** The calls that run, and what happened to them so far. */
export class Running {
  readonly #open = new Map<string, Open>()

  get size(): number {
    return this.#open.size
  }

  start({ callId, at, route, request }: EventOf<'call:started'>): void {
    if (this.#open.size >= MAX_RUNNING) this.#open.delete(this.#open.keys().next().value as string)
    this.#open.set(callId, {
      startedAt: at,
      route,
      request,
      marks: [],
      attempts: 0,
      target: undefined,
      model: undefined,
      doing: 'on its way',
    })
  }

  note(event: AnyEvent): void {
    const open = this.#open.get(event.callId)
    if (open === undefined) return
    if (event.type === 'attempt:started') {
      open.attempts = event.attemptRecord.n
      open.target = event.attemptRecord.target
      open.model = event.attemptRecord.model
      open.doing = `asks ${event.attemptRecord.target}`
    }
    if (isNoise(event.type) || open.marks.length >= MAX_MARKS) return
    const mark = markOf(event, open.startedAt)
    const last = open.marks.at(-1)
    // A pipeline inside another one tells both of them, one right after the other.
    if (last?.text === mark.text && mark.atMs - last.atMs <= 1) return
    open.marks.push(mark)
    open.doing = mark.text
  }

  /** What is known of a call that is about to end. */
  of(callId: string): { readonly marks: readonly Mark[]; readonly request?: unknown } {
    return this.#open.get(callId) ?? { marks: [] }
  }

  end(callId: string): void {
    this.#open.delete(callId)
  }

  /** Those that have been running longest: a map remembers the order in which they came. */
  longest(): RunningCall[] {
    const calls: RunningCall[] = []
    for (const [callId, { marks: _, request: _request, ...call }] of this.#open) {
      if (calls.length === LONGEST) break
      calls.push({ callId, ...call })
    }
    return calls
  }
}
