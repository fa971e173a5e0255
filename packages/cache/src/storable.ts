import { settled, type Dialect } from '@holdfast/core'

/** Can several callers read this answer? Not a stream, and not a `Response`, whose body is read once. */
export const isShareable = (response: unknown): boolean =>
  settled(response) === undefined &&
  !(typeof response === 'object' && response !== null && 'bodyUsed' in response)

/**
 * Is this answer whole, and safe to give again? Without a dialect nobody can tell, and what the validators let through
 * is taken for it. With one, the model must have stopped by itself: a cut, filtered, refused or unreadable answer is
 * none, and tool calls are acts that must not be replayed unless asked for.
 */
export const isComplete = (
  response: unknown,
  dialect: Dialect | undefined,
  toolCalls: boolean,
): boolean => {
  if (dialect === undefined) return true
  if (!dialect.isResponse(response)) return false
  const { finish, refusal, tools } = dialect.read(response)
  if (refusal !== undefined && refusal !== '') return false
  if (tools.length > 0 || finish === 'tool-calls') return toolCalls
  return finish === 'stop'
}
