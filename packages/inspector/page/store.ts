import type { Messages, Now, Point, Recording, RunningCall, SeenCall } from '../src/seen.ts'

/** All that the page shows, as it was told. */
export interface State {
  /** `ended`: a recording, to which nothing will be added. */
  readonly link: 'connecting' | 'live' | 'lost' | 'ended'
  readonly prompts: boolean
  /** Newest first. */
  readonly calls: readonly SeenCall[]
  readonly points: readonly Point[]
  readonly now: Now | undefined
  readonly running: { readonly count: number; readonly longest: readonly RunningCall[] }
  /** When the last message came, by the clock of the process that is inspected. */
  readonly at: number
  /** Calls that ended and are not shown, since the page was opened. */
  readonly unshown: number
}

const MAX_CALLS = 2_000
const MAX_POINTS = 900

export const NOTHING: State = {
  link: 'connecting',
  prompts: false,
  calls: [],
  points: [],
  now: undefined,
  running: { count: 0, longest: [] },
  at: 0,
  unshown: 0,
}

const begun = (recording: Recording): State => ({
  ...NOTHING,
  link: recording.live ? 'live' : 'ended',
  prompts: recording.prompts,
  calls: recording.calls.toReversed(),
  points: recording.points,
  now: recording.now,
  at: recording.at,
})

/** The state after a message. */
export const after = <K extends keyof Messages>(
  state: State,
  name: K,
  message: Messages[K],
): State => {
  if (name === 'recording') return begun(message as Recording)
  if (name === 'second') {
    const { point, now } = message as Messages['second']
    return { ...state, now, points: [...state.points, point].slice(-MAX_POINTS) }
  }
  const { at, running, calls, changed, unshown } = message as Messages['tick']
  let known = state.calls
  if (changed.length > 0) {
    const bySeq = new Map(changed.map((call) => [call.seq, call]))
    known = known.map((call) => bySeq.get(call.seq) ?? call)
  }
  if (calls.length > 0) known = [...calls.toReversed(), ...known].slice(0, MAX_CALLS)
  return { ...state, at, running, calls: known, unshown: state.unshown + unshown }
}

/** Follows the process; `told` hears of every new state. The browser connects again by itself. */
export const follow = (told: (state: State) => void): void => {
  let state = NOTHING
  const tell = (next: State): void => told((state = next))
  const source = new EventSource('/events')
  for (const name of ['recording', 'tick', 'second'] as const)
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      tell(after(state, name, JSON.parse(data) as never))
      if (state.link === 'ended') source.close()
    })
  source.addEventListener('error', () => tell({ ...state, link: 'lost' }))
}
