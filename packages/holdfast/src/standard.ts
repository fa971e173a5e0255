import { cache } from '@holdfast/cache'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import {
  ConfigurationError,
  deadline,
  pipeline,
  quote,
  type Handler,
  type Policy,
  type Provider,
} from '@holdfast/core'
import { degrade, fallback } from '@holdfast/fallback'
import { hedge } from '@holdfast/hedge'
import { interrupt, resume } from '@holdfast/interrupt'
import { admit, pace } from '@holdfast/limit'
import { auto } from '@holdfast/providers'
import { retry } from '@holdfast/retry'

import { judges, RESTART } from './answers.ts'
import type { SingleOptions, StandardOptions } from './options.ts'
import { settingsOf, type StandardSettings } from './settings.ts'
import { breakerOf, limitsOf, retryOf, timeoutOf } from './slots.ts'
import { alone, listed, type Listed } from './targets.ts'

/** What must be left of a call's time for the cache or the stand-in to answer in time: 2 % of it, up to this many ms. */
const MOST_RESERVED_MS = 250
const RESERVED = 0.02

/**
 * A pipeline with every policy in its place and with the defaults that hold: give it targets, or one provider function.
 *
 * @example
 * const chat = standard({ targets: [gpt, claude], deadlineMs: 30_000 })
 * const answer = await chat(request)
 * @throws ConfigurationError for a slot that cannot be
 */
export function standard<Req, Res>(options: StandardOptions<Req, Res>): Handler<Req, Res>
export function standard<Req, Res>(
  call: Provider<Req, Res>,
  options?: SingleOptions<Req, Res>,
): Handler<Req, Res>
export function standard<Req, Res>(
  given: StandardOptions<Req, Res> | Provider<Req, Res>,
  more?: SingleOptions<Req, Res>,
): Handler<Req, Res> {
  if (typeof given === 'function') return build(alone(given), settingsOf(more, false))
  if (typeof given !== 'object' || given === null)
    throw new ConfigurationError(
      `standard: it needs { targets: […] } or a provider function, got ${quote(given)}`,
    )
  const settings = settingsOf(given, true)
  return build(listed(settings), settings)
}

const build = <Req, Res>(
  { provider, entries, all, direct }: Listed<Req, Res>,
  {
    deadlineMs,
    schema,
    validate,
    cache: caching,
    interrupt: sequel,
    degrade: standIn,
    priority,
    limits: limiting,
    retry: retrying,
    hedge: hedging,
    breaker: breaking,
    timeout: timing,
    fallback: falling,
    targets: _targets,
    call: _call,
    ...site
  }: StandardSettings<Req, Res>,
): Handler<Req, Res> => {
  const shared = limiting === false ? undefined : limitsOf(limiting)
  const reservedMs =
    caching === undefined && standIn === undefined
      ? 0
      : Math.min(MOST_RESERVED_MS, RESERVED * deadlineMs)

  // The canonical order. What is `false` is not there.
  const slots: readonly (Policy<Req, Res> | false | undefined)[] = [
    standIn && degrade(standIn),
    caching && cache(caching),
    deadline({ timeoutMs: Math.max(1, deadlineMs - reservedMs) }),
    sequel === 'restart' && interrupt('restart', RESTART),
    sequel === 'resume' && resume<Req, Res>(),
    shared && admit(shared, { targets: all, priority }),
    entries.length > 0 && fallback(entries, falling),
    retrying !== false && retry<Req, Res>(retryOf(retrying)),
    hedging !== false && hedge({ ...hedging, targets: direct }),
    ...judges<Req, Res>(schema, sequel === 'restart'),
    ...validate,
    breaking !== false && circuitBreaker(breakerOf(breaking, timing, (all?.length ?? 1) > 1)),
    shared && pace(shared),
    timing !== false && timeoutOf(timing, deadlineMs),
  ]
  const policies = slots.filter((slot) => typeof slot === 'function')
  return pipeline(provider, policies, { dialect: auto, ...site })
}
