import { ConfigurationError, isHandler, quote, type Handler } from '@holdfast/core'

import {
  OF_OPTIONS,
  OF_PIPELINES,
  type Check,
  type DoctorEnvironment,
  type Finding,
  type Options,
} from './checks.ts'
import type { StandardOptions } from './options.ts'

const SEVERITIES = ['error', 'warning', 'advice']

const SDK_RETRIES: Finding = {
  severity: 'error',
  code: 'sdk-retries',
  message:
    'the SDK client retries by itself: every attempt is several requests, unseen by breaker and budget. Set its maxRetries to 0',
}

/**
 * Looks at a pipeline, or at the options of `standard`, and says what to change, the worst first. It sends nothing.
 *
 * @example
 * for (const { severity, message } of doctor(chat, { sdkRetries: client.maxRetries })) console.warn(severity, message)
 * @throws ConfigurationError when it is given something else
 */
export const doctor = <Req, Res>(
  subject: Handler<Req, Res> | StandardOptions<Req, Res>,
  env: DoctorEnvironment = {},
): readonly Finding[] => {
  if (!isHandler(subject) && (typeof subject !== 'object' || subject === null))
    throw new ConfigurationError(
      `doctor: it needs a pipeline or the options of standard, got ${quote(subject)}`,
    )
  const found = isHandler(subject)
    ? ofPipeline(subject as Handler<unknown, unknown>, env)
    : ask(OF_OPTIONS, subject as unknown as Options, env)
  const retries = env.sdkRetries === undefined || env.sdkRetries === 0 ? [] : [SDK_RETRIES]
  return [...retries, ...found].toSorted(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  )
}

const ofPipeline = (handler: Handler<unknown, unknown>, env: DoctorEnvironment): Finding[] => {
  const { policies, maxMs, warnings } = handler.describe()
  const said = warnings
    // A pipeline cannot know whether an SDK retries; whoever asks has just said.
    .filter((message) => env.sdkRetries === undefined || !message.includes('providerRetries'))
    .map((message): Finding => ({ severity: 'warning', code: 'described', message }))
  return [...ask(OF_PIPELINES, { floors: policies.map(({ floor }) => floor), maxMs }, env), ...said]
}

const ask = <T>(checks: readonly Check<T>[], subject: T, env: DoctorEnvironment): Finding[] =>
  checks.filter(([applies]) => applies(subject, env)).map(([, finding]) => finding)
