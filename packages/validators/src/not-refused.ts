import {
  callable,
  oneOf,
  optional,
  place,
  resolveOptions,
  ConfigurationError,
} from '@holdfast/core'
import type { Answer, Context, Next, Placed, Policy, Universal } from '@holdfast/core'

import { RefusedError } from './errors.ts'
import type { RefusalWay } from './events.ts'
import { detectRefusal } from './refusal/detect-refusal.ts'
import { asks } from './times.ts'
import { judged } from './validator.ts'
import type { Hold, Judge } from './validator.ts'
import { filtered, refused } from './verdict.ts'

export interface NotRefusedOptions<Req = unknown> {
  /**
   * What is done about a refusal: `fail`; `rephrase` it once; or tell the audit that it goes to a `fallback` or to a
   * human (`escalate`) and fail, for a policy outside that is told to take `refused`.
   * @default 'fail'
   */
  readonly on?: RefusalWay | 'fail' | undefined
  /** Is this text a refusal, where the wire does not say so? @default `detectRefusal`, the hard ones */
  readonly detect?: ((text: string) => boolean) | undefined
  /** Another request in place of the refused one; undefined for none. Needed for `rephrase`: what is said is up to you. */
  readonly rephrase?: Rephrase<Req> | undefined
}

type Rephrase<Req> = (
  request: Req,
  error: RefusedError,
  ctx: Context<Req>,
) => Req | undefined | Promise<Req | undefined>

export const NOT_REFUSED_DEFAULTS = {
  on: 'fail',
  detect: (text: string): boolean => detectRefusal(text).kind === 'hard',
} as const

interface Settings<Req> extends NotRefusedOptions<Req> {
  readonly on: RefusalWay | 'fail'
  readonly detect: (text: string) => boolean
}

/** Of a stream so much is held back: who declines has said so by then. */
const PREFIX_CHARS = 160

/**
 * Rejects an answer that the model declined to give, or that the provider's filter stopped.
 *
 * The stop reason and the refusal field count first, then the words. Of a stream the first words are held back and
 * judged; at its end only the wire is asked.
 *
 * @throws ConfigurationError for an option out of range, or `rephrase` without a function
 */
export function notRefused<Req, Res>(
  options: NotRefusedOptions<Req> & { readonly rephrase: Rephrase<Req> },
): Placed<'notRefused', 8, Req, Res>
export function notRefused(options?: NotRefusedOptions): Universal<'notRefused', 8>
export function notRefused<Req, Res>(
  options?: NotRefusedOptions<Req>,
): Placed<'notRefused', 8, Req, Res> {
  const settings = resolveOptions<NotRefusedOptions<Req>>(
    'notRefused',
    options,
    NOT_REFUSED_DEFAULTS,
    {
      on: oneOf('rephrase', 'fallback', 'escalate', 'fail'),
      detect: callable,
      rephrase: optional(callable),
    },
  ) as Settings<Req>
  const { on, rephrase } = settings
  if ((on === 'rephrase') !== (rephrase !== undefined))
    throw new ConfigurationError("notRefused: on: 'rephrase' and a rephrase function go together")
  const hold: Hold = {
    enough: ({ text }) => text.length > PREFIX_CHARS,
    judge: (seen) => refusedIn(settings, seen),
  }
  const judge: Judge<Req, Res> = (answer) => {
    // A stream that said more was judged by its first words, and these were shown.
    const isShown = 'ended' in answer && answer.text.length > PREFIX_CHARS
    const error =
      filtered(answer) ?? refused(answer) ?? (isShown ? undefined : refusedIn(settings, answer))
    if (error !== undefined) throw error
  }
  const check = (ctx: Context<Req>, response: Res): Res | Promise<Res> =>
    judged('notRefused', judge, ctx, response, hold)
  const policy: Policy<Req, Res> = (ctx, next) =>
    on === 'fail'
      ? next().then((response) => check(ctx, response))
      : next({ attempt: ctx.attempt })
          .then((response) => check(ctx, response))
          .catch((error: unknown) => route(settings, ctx, next, error, check))
  const shape = asks(on === 'rephrase' ? 1 : 0)
  return place({ name: 'notRefused', floor: 'validate', shape }, policy)
}

const refusedIn = <Req>({ detect }: Settings<Req>, answer: Answer): RefusedError | undefined =>
  detect(answer.text) ? new RefusedError(answer) : undefined

/** Never in silence: the audit hears of it before anything is done. */
async function route<Req, Res>(
  { on, rephrase }: Settings<Req>,
  ctx: Context<Req>,
  next: Next<Req, Res>,
  error: unknown,
  check: (ctx: Context<Req>, response: Res) => Res | Promise<Res>,
): Promise<Res> {
  if (!RefusedError.is(error)) throw error
  const { finish, refusal } = error.answer
  const by = finish === 'refusal' || refusal ? 'wire' : 'text'
  ctx.emit('refusal:routed', { way: on as RefusalWay, by, category: refusal })
  const request = await rephrase?.(ctx.request, error, ctx)
  if (request === undefined || ctx.scope.aborted) throw error
  return check(ctx, await next({ request, attempt: ctx.attempt }))
}
