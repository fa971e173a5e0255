import { AbortScope } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import { SingleFlight } from './single-flight.ts'

const deferred = () => {
  let resolve!: (value: string) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<string>((...both) => ([resolve, reject] = both))
  return { promise, resolve, reject }
}

describe('single flight', () => {
  test('gives everyone who waits the one result', async () => {
    const flights = new SingleFlight()
    const { promise, resolve } = deferred()
    const flight = flights.start('k', new AbortScope(), () => promise)
    expect(flights.get('k')).toBe(flight)
    const both = Promise.all([
      flights.wait('k', flight, new AbortScope()),
      flights.wait('k', flight, new AbortScope()),
    ])
    resolve('answer')
    expect(await both).toEqual(['answer', 'answer'])
    expect(flights.get('k')).toBeUndefined()
  })

  test('T70 is forgotten before a waiter hears of its failure', async () => {
    const flights = new SingleFlight()
    const { promise, reject } = deferred()
    const flight = flights.start('k', new AbortScope(), () => promise)
    const heard = flights.wait('k', flight, new AbortScope()).catch(() => flights.get('k'))
    reject(new Error('boom'))
    expect(await heard).toBeUndefined()
  })

  test('T70 only the last waiter takes the work along, with his very reason', async () => {
    const flights = new SingleFlight()
    const own = new AbortScope()
    const flight = flights.start('k', own, () => new Promise(() => {}))
    const [first, last] = [new AbortScope(), new AbortScope()]
    const waits = [first, last].map((scope) =>
      flights.wait('k', flight, scope).catch((e: unknown) => e),
    )
    first.abort('first')
    expect(await waits[0]).toBe('first')
    expect(own.aborted).toBe(false)
    last.abort('last')
    expect(await waits[1]).toBe('last')
    expect(own.reason).toBe('last')
    expect(flights.get('k')).toBeUndefined()
  })

  test('work that was kept outlives everyone', async () => {
    const flights = new SingleFlight()
    const own = new AbortScope()
    const flight = flights.start('k', own, () => new Promise(() => {}), Infinity)
    const waiter = new AbortScope()
    const wait = flights.wait('k', flight, waiter).catch((e: unknown) => e)
    waiter.abort('gone')
    expect(await wait).toBe('gone')
    expect(own.aborted).toBe(false)
  })

  test('a cancelled flight that lands late does not forget its successor', async () => {
    const flights = new SingleFlight()
    const late = deferred()
    const flight = flights.start('k', new AbortScope(), () => late.promise)
    const waiter = new AbortScope()
    const wait = flights.wait('k', flight, waiter).catch((e: unknown) => e)
    waiter.abort('gone')
    await wait
    const successor = flights.start('k', new AbortScope(), () => new Promise(() => {}))
    late.resolve('late')
    await flight.result
    expect(flights.get('k')).toBe(successor)
  })
})
