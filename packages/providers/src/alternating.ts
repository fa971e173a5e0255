import { fields, items } from './shape.ts'
import type { Fields } from './shape.ts'

/**
 * A conversation of Converse, where roles must alternate: neighbours of one role are one turn. Turns of other wires stay;
 * the same list where nothing was to change.
 */
export function alternating(turns: readonly unknown[]): readonly unknown[] {
  const after: unknown[] = []
  for (const turn of turns) {
    const [last, next] = [fields(after.at(-1)), fields(turn)]
    const isOne = last['role'] === next['role'] && isConverse(last) && isConverse(next)
    if (isOne) after[after.length - 1] = { ...last, content: [...last.content, ...next.content] }
    else after.push(turn)
  }
  return after.length === turns.length ? turns : after
}

/** Its parts have no type. */
function isConverse(turn: Fields): turn is Fields & { readonly content: readonly object[] } {
  const [part] = items(turn['content'])
  return typeof part === 'object' && part !== null && !('type' in part)
}
