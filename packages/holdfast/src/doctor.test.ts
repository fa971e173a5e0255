import { cache } from '@holdfast/cache'
import { anywhere, deadline, pipeline, timeout } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { retry } from '@holdfast/retry'
import { describe, expect, test } from 'vitest'

import type { Finding } from './checks.ts'
import { doctor } from './doctor.ts'
import { standard } from './standard.ts'

const call = async (prompt: string): Promise<string> => prompt
const codes = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code)
const errors = (findings: readonly Finding[]): string[] =>
  codes(findings.filter(({ severity }) => severity === 'error'))

const TARGETS = [
  { id: 'a', provider: 'a', call, price: { inputPerMillion: 1, outputPerMillion: 2 } },
  { id: 'b', provider: 'b', call, price: { inputPerMillion: 1, outputPerMillion: 2 } },
]

describe('doctor', () => {
  test('names what only you can decide about a standard pipeline, and nothing else', () => {
    expect(codes(doctor(standard(call, { providerRetries: 0 })))).toStrictEqual([
      'second-target',
      'stand-in',
      'cache',
    ])
  })

  test('has nothing to say where all is decided', () => {
    const options = {
      targets: TARGETS,
      degrade: () => 'sorry',
      cache: { scope: () => 'acme', ttlMs: 1_000 },
      validate: [],
      schema: {} as never,
    }
    expect(doctor(options)).toStrictEqual([])
  })

  test.each([
    [{ timeout: { timeoutMs: 60_000 } }, 'attempt-outlasts-deadline'],
    [{ timeout: { timeoutMs: 20_000 }, breaker: { windowMs: 30_000 } }, 'window-too-short'],
  ])('finds in options %o: %s', (options, code) => {
    expect(errors(doctor({ targets: TARGETS, ...options }))).toStrictEqual([code])
  })

  test('knows the world around a pipeline only when it is told', () => {
    const options = { targets: TARGETS, deadlineMs: 60_000 }
    expect(errors(doctor(options, { sdkRetries: 0, hostTimeoutMs: 90_000 }))).toStrictEqual([])
    expect(errors(doctor(options, { sdkRetries: 2, hostTimeoutMs: 30_000 }))).toStrictEqual([
      'sdk-retries',
      'deadline-outlasts-host',
    ])
  })

  test('says of a pipeline, too, that the host gives up first', () => {
    const chat = standard(call, { deadlineMs: 60_000, providerRetries: 0 })
    expect(errors(doctor(chat, { hostTimeoutMs: 60_000 }))).toStrictEqual([
      'deadline-outlasts-host',
    ])
    expect(errors(doctor(chat, { hostTimeoutMs: 61_000 }))).toStrictEqual([])
  })

  test('asks nothing that it has just been told', () => {
    expect(codes(doctor(standard(call)))).toContain('described')
    expect(codes(doctor(standard(call), { sdkRetries: 0 }))).not.toContain('described')
  })

  test.each([undefined, null, call])('T23 %o is refused with a sentence', (subject) => {
    expect(() => doctor(subject as never)).toThrow(
      /doctor: it needs a pipeline or the options of standard/,
    )
  })

  test('finds a cache that stands inside retry', () => {
    const cached = anywhere(cache<string, string>({ scope: 'shared', ttlMs: 1_000 }))
    const ask = pipeline(call, [
      deadline({ timeoutMs: 9_000 }),
      retry(),
      cached,
      timeout({ timeoutMs: 1_000 }),
    ])
    // Whoever moves a policy says so; where it stands is still told.
    expect(codes(doctor(ask))).toContain('cache-inside-retry')
  })

  test('finds a chain that nothing bounds, and passes on what the chain says of itself', () => {
    const inner = pipeline(call, [retry()], { providerRetries: 0 })
    const findings = doctor(pipeline(inner, [fallback([call]), retry()]))
    expect(errors(findings)).toStrictEqual(['no-deadline', 'no-attempt-timeout'])
    expect(findings.some(({ message }) => message.startsWith('nested retries multiply'))).toBe(true)
  })
})
