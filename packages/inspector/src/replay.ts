import { ConfigurationError } from '@holdfast/core'

import type { Recording, SeenCall } from './seen.ts'

const isCall = (value: unknown): value is SeenCall =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as Partial<SeenCall>).attempts) &&
  Array.isArray((value as Partial<SeenCall>).marks) &&
  typeof (value as Partial<SeenCall>).route === 'string'

const isRecording = (value: unknown): value is Recording =>
  typeof value === 'object' &&
  value !== null &&
  (value as Partial<Recording>).holdfast === 'inspector' &&
  (value as Partial<Recording>).version === 1 &&
  (value as Partial<Recording>).calls?.every(isCall) === true

/**
 * What the page exported (a recording, one call, or a list of them), to be shown again.
 *
 * @throws ConfigurationError for anything else
 */
export const recordingOf = (exported: unknown): Recording => {
  if (isRecording(exported)) return { ...exported, live: false }
  const calls = [exported].flat()
  if (!calls.every(isCall))
    throw new ConfigurationError('inspector: this file holds nothing that an inspector exported')
  return {
    holdfast: 'inspector',
    version: 1,
    at: Math.max(0, ...calls.map(({ startedAt, durationMs }) => startedAt + durationMs)),
    live: false,
    prompts: calls.some(({ request }) => request !== undefined),
    calls: calls.map((call, index) => Object.assign(call, { seq: index + 1 })),
    points: [],
    now: undefined,
  }
}
