import type { Context } from './context.ts'

/** Does the request ask for a stream? Undefined where no dialect can tell. Cheap, whatever the length of the prompt. */
export const asksForStream = ({
  dialect,
  request,
}: Pick<Context, 'dialect' | 'request'>): boolean | undefined =>
  dialect?.streams?.(request) ?? dialect?.needs(request).streaming
