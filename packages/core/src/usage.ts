import type { CallContext } from './call-context.ts'
import type { Seen, Usage } from './dialect.ts'
import type { FaultKind } from './fault.ts'
import { liveOf } from './live.ts'
import type { Attempt } from './record.ts'

/** About so many characters make a token, in English; the estimate says that it is one. */
const CHARS_PER_TOKEN = 4

/** A request that failed so was worked on, and is billed by most; one that was turned away at the door is not. */
const WORKED_ON: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'timeout',
  'aborted',
  'deadline-exceeded',
  'incomplete',
  'content-filtered',
])

/** A dialect that stumbles over an answer knows nothing of it: nobody must lose what is paid for because somebody counts. */
const tried = (read: () => void): void => {
  try {
    read()
  } catch {
    // Unknown, then.
  }
}

/** Enters what an answer says that it used, and who gave it. */
export const readUsage = <Req>(ctx: CallContext<Req>, attempt: Attempt, response: unknown): void =>
  tried(() => readInto(ctx, attempt, response))

const readInto = <Req>(ctx: CallContext<Req>, attempt: Attempt, response: unknown): void => {
  const { dialect } = ctx
  const seen = liveOf(response)?.seen
  if (seen !== undefined) {
    attempt.usage = seen.usage.source === 'none' ? estimated(ctx, seen) : seen.usage
    attempt.servedModel = seen.model
  } else if (dialect?.isResponse(response)) {
    const { usage, model } = dialect.tally?.(response) ?? dialect.read(response)
    attempt.usage = usage
    attempt.servedModel = model
  }
}

/** Enters what an attempt that never answered has probably cost. */
export const guessUsage = <Req>(ctx: CallContext<Req>, attempt: Attempt): void => {
  if (attempt.usage === undefined && WORKED_ON.has(attempt.fault?.kind ?? 'unknown'))
    tried(() => (attempt.usage = estimated(ctx)))
}

const estimated = <Req>(
  { dialect, request }: CallContext<Req>,
  seen?: Readonly<Seen>,
): Usage | undefined => {
  if (dialect === undefined || !dialect.isRequest(request)) return undefined
  const { text = '', reasoning = '', tools = [] } = seen ?? {}
  const chars = tools.reduce(
    (sum, tool) => sum + tool.arguments.length,
    text.length + reasoning.length,
  )
  return {
    inputTokens: dialect.needs(request).inputTokens,
    outputTokens: Math.ceil(chars / CHARS_PER_TOKEN),
    source: 'estimated',
  }
}
