import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Circuit, REJECTED } from './circuit.ts'
import { CIRCUIT_BREAKER_DEFAULTS } from './options.ts'
import type { CircuitRules } from './rules.ts'

const circuitOf = (rules: Partial<CircuitRules> = {}): Circuit =>
  new Circuit({ ...CIRCUIT_BREAKER_DEFAULTS, ...rules })

const FAILED = { failed: true, slow: false, fatal: false }
const SLOW = { failed: false, slow: true, fatal: false }
const FATAL = { failed: true, slow: false, fatal: true }
const BREAK_MS = 100
const breakMs = (): number => BREAK_MS

const failAt = (circuit: Circuit, at: number, why = FAILED): boolean =>
  circuit.fail(circuit.admit(at), why, at, breakMs)
const succeedAt = (circuit: Circuit, at: number): boolean => circuit.succeed(circuit.admit(at), at)
/** A circuit that was opened at 0, so that its first probe may go at BREAK_MS. */
const opened = (rules: Partial<CircuitRules> = {}): Circuit => {
  const circuit = circuitOf({ consecutiveFailures: 1, ...rules })
  failAt(circuit, 0)
  return circuit
}

describe('closed', () => {
  test('opens when half of at least ten calls failed', () => {
    const circuit = circuitOf()
    for (let i = 0; i < 5; i++) succeedAt(circuit, i)
    for (let i = 0; i < 4; i++) failAt(circuit, i)
    expect(circuit.state).toBe('closed')
    failAt(circuit, 9)
    expect(circuit).toMatchObject({ state: 'open', until: 9 + BREAK_MS, openings: 1 })
  })

  test('T52 the first failure opens nothing', () => {
    const circuit = circuitOf()
    failAt(circuit, 0)
    expect(circuit.state).toBe('closed')
  })

  test('T40 four failures, an hour of silence and one more failure open nothing', () => {
    for (const rules of [{ minimumCalls: 5 }, { consecutiveFailures: 5 }]) {
      const circuit = circuitOf({ ...rules, windowMs: 5_000 })
      for (let i = 0; i < 4; i++) failAt(circuit, i)
      failAt(circuit, 3_600_000)
      expect(circuit.state).toBe('closed')
    }
  })

  test('opens after failures in a row; a success begins anew', () => {
    const circuit = circuitOf({ consecutiveFailures: 3 })
    failAt(circuit, 0)
    failAt(circuit, 1)
    succeedAt(circuit, 2)
    failAt(circuit, 3)
    failAt(circuit, 4)
    expect(circuit.state).toBe('closed')
    failAt(circuit, 5)
    expect(circuit.state).toBe('open')
  })

  test('opens when too many calls were slow', () => {
    const circuit = circuitOf({ minimumCalls: 4, slowCallRatio: 0.5 })
    succeedAt(circuit, 0)
    succeedAt(circuit, 1)
    failAt(circuit, 2, SLOW)
    expect(circuit.state).toBe('closed')
    failAt(circuit, 3, SLOW)
    expect(circuit).toMatchObject({ state: 'open', banned: false })
  })

  test('a success never opens, not even the one that makes the calls enough', () => {
    const circuit = circuitOf()
    for (let i = 0; i < 9; i++) failAt(circuit, i)
    succeedAt(circuit, 9)
    expect(circuit.state).toBe('closed')
    failAt(circuit, 10)
    expect(circuit.state).toBe('open')
  })

  test('one fatal fault is enough', () => {
    const circuit = circuitOf()
    failAt(circuit, 0, FATAL)
    expect(circuit).toMatchObject({ state: 'open', banned: true })
  })
})

describe('open', () => {
  test('rejects until its time has come, then admits one probe', () => {
    const circuit = opened()
    expect(circuit.admit(99)).toBe(REJECTED)
    expect(circuit.backAt(99)).toBe(100)
    expect(circuit.admit(100)).not.toBe(REJECTED)
    expect(circuit.state).toBe('half-open')
  })

  test('results of calls that were admitted before move nothing', () => {
    const circuit = circuitOf({ consecutiveFailures: 1 })
    const [one, other] = [circuit.admit(0), circuit.admit(0)]
    circuit.fail(one, FAILED, 5, breakMs)
    circuit.fail(other, FAILED, 50, breakMs)
    expect(circuit).toMatchObject({ state: 'open', until: 105, openings: 1 })
  })
})

describe('half-open', () => {
  test('closes when all probes succeeded, and not before', () => {
    const circuit = opened({ halfOpenProbes: 3 })
    const probes = [circuit.admit(100), circuit.admit(100), circuit.admit(100)]
    expect(circuit.admit(100)).toBe(REJECTED)
    circuit.succeed(probes[0]!, 101)
    expect(circuit.admit(101)).toBe(REJECTED)
    circuit.succeed(probes[1]!, 102)
    expect(circuit.state).toBe('half-open')
    circuit.succeed(probes[2]!, 103)
    expect(circuit).toMatchObject({ state: 'closed', openings: 0 })
  })

  test('one failed probe opens it again, and the opening is counted', () => {
    const circuit = opened({ halfOpenProbes: 2 })
    const [one, other] = [circuit.admit(100), circuit.admit(100)]
    circuit.fail(one, FAILED, 110, breakMs)
    circuit.succeed(other, 111)
    expect(circuit).toMatchObject({ state: 'open', until: 210, openings: 2 })
  })

  test('T41 a call from before it opened neither closes it, nor opens it, nor gives back a place it never took', () => {
    const circuit = circuitOf({ consecutiveFailures: 1 })
    const old = [circuit.admit(0), circuit.admit(0), circuit.admit(0)]
    failAt(circuit, 0)
    const probe = circuit.admit(100)
    circuit.fail(old[0]!, FAILED, 101, breakMs)
    circuit.succeed(old[1]!, 102)
    circuit.release(old[2]!)
    expect(circuit.state).toBe('half-open')
    expect(circuit.admit(103)).toBe(REJECTED)
    circuit.succeed(probe, 104)
    expect(circuit.state).toBe('closed')
  })

  test('T41 a call from before it opened moves nothing after it closed again', () => {
    const circuit = circuitOf({ consecutiveFailures: 1 })
    const old = circuit.admit(0)
    failAt(circuit, 0)
    succeedAt(circuit, 100)
    circuit.fail(old, FAILED, 101, breakMs)
    expect(circuit.state).toBe('closed')
  })

  test('T42 a probe that never settles loses its place, and its late result is ignored', () => {
    const circuit = opened({ probeLeaseMs: 1_000 })
    const lost = circuit.admit(100)
    expect(circuit.admit(1_099)).toBe(REJECTED)
    expect(circuit.backAt(1_099)).toBe(1_100)
    const next = circuit.admit(1_100)
    expect(next).not.toBe(REJECTED)
    circuit.fail(lost, FAILED, 1_101, breakMs)
    expect(circuit.state).toBe('half-open')
    circuit.succeed(next, 1_102)
    expect(circuit.state).toBe('closed')
  })

  test('T42 a probe that is late, but whose place nobody took, still counts', () => {
    const circuit = opened({ probeLeaseMs: 1_000 })
    const late = circuit.admit(100)
    circuit.succeed(late, 5_000)
    expect(circuit.state).toBe('closed')
  })

  test('T44 a probe that says nothing gives its place back', () => {
    const circuit = opened()
    circuit.release(circuit.admit(100))
    expect(circuit.state).toBe('half-open')
    succeedAt(circuit, 101)
    expect(circuit.state).toBe('closed')
  })

  test('a stream that has begun is a probe that succeeded, and its end is that of any call', () => {
    const circuit = opened({ halfOpenProbes: 2 })
    const [one, other] = [circuit.admit(100), circuit.admit(100)]
    expect(circuit.begin(one)).toBe(false)
    expect(circuit.begin(other)).toBe(true)
    expect(circuit.state).toBe('closed')
    circuit.fail(one, FAILED, 200, breakMs)
    expect(circuit.state).toBe('open')
  })

  test('a stream that breaks while other probes are still out opens it again', () => {
    const circuit = opened({ halfOpenProbes: 2 })
    const one = circuit.admit(100)
    circuit.begin(one)
    circuit.fail(one, FAILED, 200, breakMs)
    expect(circuit).toMatchObject({ state: 'open', openings: 2 })
  })

  test('T41 a stream of a spell that is over moves nothing', () => {
    const circuit = opened()
    const stream = circuit.admit(100)
    circuit.begin(stream)
    failAt(circuit, 150)
    succeedAt(circuit, 250)
    circuit.fail(stream, FAILED, 300, breakMs)
    expect(circuit.state).toBe('closed')
    expect(circuit.begin(stream)).toBe(false)
  })

  test('probes before their time leave the break what it is, and may be more than N', () => {
    const circuit = opened()
    const early = [circuit.probe(10), circuit.probe(20)]
    expect(circuit.admit(30)).toBe(REJECTED)
    circuit.fail(early[0]!, FAILED, 40, () => 5)
    expect(circuit).toMatchObject({ state: 'open', until: BREAK_MS })
    expect(circuit.succeed(early[1]!, 50)).toBe(false)
    expect(circuit.succeed(circuit.probe(60), 60)).toBe(true)
    expect(circuit.state).toBe('closed')
  })

  test('T42 the leases of many probes before their time do not stand in the way of one in time', () => {
    const circuit = opened({ probeLeaseMs: 1_000 })
    for (let at = 0; at < 5; at++) circuit.probe(at)
    expect(circuit.admit(999)).toBe(REJECTED)
    expect(circuit.admit(1_004)).not.toBe(REJECTED)
  })

  test('a slow probe is no recovery', () => {
    const circuit = opened()
    failAt(circuit, 100, SLOW)
    expect(circuit.state).toBe('open')
  })
})

test('R-38 R-39 whatever happens in whatever order: only documented transitions, and never stuck', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('admit' as const), pick: fc.nat(), ms: fc.nat(60) }),
    fc.record({
      do: fc.constantFrom(...(['begin', 'succeed', 'fail', 'slow', 'release'] as const)),
      pick: fc.nat(),
      ms: fc.nat(60),
    }),
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.integer({ min: 1, max: 4 }),
      (steps, halfOpenProbes) => {
        const circuit = circuitOf({
          halfOpenProbes,
          minimumCalls: 3,
          windowMs: 500,
          probeLeaseMs: 200,
        })
        const out: number[] = []
        const wrong: string[] = []
        let now = 0
        for (const { do: what, pick, ms } of steps) {
          now += ms
          const before = { state: circuit.state, openings: circuit.openings }
          if (what === 'admit') {
            const ticket = circuit.admit(now)
            if (ticket !== REJECTED) out.push(ticket)
            if (ticket === REJECTED && before.state === 'closed') wrong.push('closed, but rejected')
          } else if (out.length > 0) {
            const at = pick % out.length
            const ticket = what === 'begin' ? out[at]! : out.splice(at, 1)[0]!
            if (what === 'begin') circuit.begin(ticket)
            if (what === 'succeed') circuit.succeed(ticket, now)
            if (what === 'fail') circuit.fail(ticket, FAILED, now, breakMs)
            if (what === 'slow') circuit.fail(ticket, SLOW, now, breakMs)
            if (what === 'release') circuit.release(ticket)
            const reopened = circuit.openings > before.openings
            const changed = circuit.state !== before.state
            // Only an admission ends an open spell, only a complaint begins one, and saying nothing changes nothing.
            if (changed && (before.state === 'open' || what === 'release')) wrong.push(what)
            if (reopened && (what === 'succeed' || what === 'begin')) wrong.push('a success opened')
          }
        }
        expect(wrong).toEqual([])
        // Whatever was lost on the way: after a break and a lease it lets calls through, and they can close it.
        for (let i = 0; i < halfOpenProbes; i++) {
          now += BREAK_MS + 200 + 60
          const ticket = circuit.admit(now)
          expect(ticket).not.toBe(REJECTED)
          circuit.succeed(ticket, now)
        }
        expect(circuit.state).toBe('closed')
      },
    ),
  )
})

test('R-38 never more than N probes with a running lease, counted from outside', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.record({ ms: fc.nat(90), give: fc.boolean() }), { maxLength: 100 }),
      (halfOpenProbes, arrivals) => {
        const circuit = opened({ halfOpenProbes, probeLeaseMs: 100 })
        let now = BREAK_MS
        let out: { ticket: number; until: number }[] = []
        for (const { ms, give } of arrivals) {
          now += ms
          out = out.filter(({ until }) => until > now)
          const ticket = circuit.admit(now)
          if (ticket !== REJECTED) out.push({ ticket, until: now + 100 })
          expect(out.length).toBeLessThanOrEqual(halfOpenProbes)
          if (give && out.length > 0) circuit.release(out.shift()!.ticket)
        }
      },
    ),
  )
})
