import { liveOf, place } from '@holdfast/core'
import type { Placed } from '@holdfast/core'

import { resolveResume, type ResumeOptions } from './options.ts'
import { mayOverlap, overlapOf } from './overlap.ts'
import { attemptOf, sequelOf } from './sequel.ts'

/**
 * Goes on with a broken stream where it broke: by the model's own means where the dialect knows them (prefill, prefix), or
 * by the request that `continueWith` makes; what the model repeats is taken out. Nothing is put into a prompt by default:
 * without either way the error stays.
 *
 * @example
 * const write = pipeline(streaming(callClaude), [resume(), retry()], { dialect: anthropicMessages })
 *
 * @throws ConfigurationError for a wrong option
 */
export const resume = <Req, Res>(options?: ResumeOptions<Req>): Placed<'resume', 3, Req, Res> => {
  const { on, idempotentTools, maxResumes, continueWith } = resolveResume<Req>(options)
  return place<'resume', 'interrupt', Req, Res>(
    {
      name: 'resume',
      floor: 'interrupt',
      direct: true,
      shape: (inner) => ({ ...inner, maxRequests: inner.maxRequests * (1 + maxResumes) }),
    },
    async (ctx, next) => {
      const response = await next(attemptOf(ctx, 1))
      liveOf(response)?.recoverWith(
        sequelOf(ctx, next, {
          kind: 'resume',
          on,
          idempotentTools,
          max: maxResumes,
          requestFor({ request, dialect }, { seen }) {
            // White space at the end is a 400 with some, and a token that none would choose with all.
            const text = seen.text.trimEnd()
            if (text === '') return 'no-continuation'
            const further =
              continueWith?.(request, text) ??
              (dialect?.withContinuation?.(request, { ...seen, text }) as Req | undefined)
            return further === undefined ? 'no-continuation' : { request: further }
          },
          async fit(stream, { seen }) {
            await stream.peek(({ text }) => !mayOverlap(seen.text, text))
            const overlap = overlapOf(seen.text, stream.seen.text)
            if (overlap > 0) stream.dropText(overlap)
            return overlap
          },
        }),
      )
      return response
    },
  )
}
