import { Events, pipeline } from '@holdfast/core'
import { monitor } from '@holdfast/monitor'
import { script } from '@holdfast/testing'
import { afterEach, describe, expect, it } from 'vitest'

import { inspector, type Inspector } from './inspector.ts'
import { recordingOf } from './replay.ts'
import type { Recording } from './seen.ts'

const open: Inspector[] = []
const inspect = (...given: Parameters<typeof inspector>): Inspector => {
  const made = inspector(...given)
  open.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const callOf = () => pipeline(script('hello', 'hello again'), [], { name: 'chat' })
const recordingAt = async (url: string, init?: RequestInit): Promise<Recording> =>
  (await fetch(new URL('recording.json', url), init)).json() as Promise<Recording>

describe('inspector', () => {
  it('shows the page with a policy that lets in nothing from elsewhere', async () => {
    const { url } = await inspect(callOf()).listen(0)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const page = await fetch(url)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('access-control-allow-origin')).toBeNull()
    expect(await page.text()).toContain('/page.js')
    expect((await fetch(new URL('page.js', url))).headers.get('content-type')).toContain(
      'javascript',
    )
    expect((await fetch(new URL('page.css', url))).headers.get('content-type')).toContain('css')
    expect((await fetch(new URL('package.json', url))).status).toBe(404)
    expect((await fetch(url, { method: 'POST' })).status).toBe(405)
  })

  it('begins a stream of events with all that is remembered', async () => {
    const chat = callOf()
    const { url } = await inspect(chat).listen(0)
    await chat('hi')
    const abort = new AbortController()
    const { body } = await fetch(new URL('events', url), { signal: abort.signal })
    let text = ''
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text.includes('event: tick')) break
    }
    abort.abort()
    expect(text).toMatch(/^retry: 1000\n\nevent: recording\ndata: \{"holdfast":"inspector"/)
    expect(text).toContain('"route":"chat"')
  })

  it('another host needs a token, and shows nothing without it', async () => {
    const page = inspect(callOf())
    await expect(page.listen(0, { host: '0.0.0.0' })).rejects.toThrow(
      'inspector.listen: 0.0.0.0 can be reached from elsewhere: give a token, or leave host out',
    )
    await expect(page.listen(0, { host: '0.0.0.0', token: 'short' })).rejects.toThrow(
      'at least 16 characters',
    )
    const token = 'a token of some length'
    const { url } = await page.listen(0, { host: '0.0.0.0', token })
    const here = url.replace('0.0.0.0', '127.0.0.1')
    expect((await fetch(new URL('events', here.split('?')[0]))).status).toBe(401)
    expect((await fetch(new URL('page.js', here.split('?')[0]))).status).toBe(401)
    const entered = await fetch(here, { redirect: 'manual' })
    expect(entered.status).toBe(303)
    expect(entered.headers.get('location')).toBe('/')
    const cookie = entered.headers.get('set-cookie')!
    expect(cookie).toContain('HttpOnly; SameSite=Strict')
    const headers = { cookie: cookie.split(';')[0]! }
    expect((await recordingAt(here, { headers })).holdfast).toBe('inspector')
  })

  it('a port in use rejects', async () => {
    const page = inspect(callOf())
    const { url } = await page.listen(0)
    await expect(page.listen(Number(new URL(url).port))).rejects.toThrow('EADDRINUSE')
  })

  it('stops when told to: no listener stays behind, and the page is gone', async () => {
    const chat = callOf()
    const page = inspector(chat)
    const { url } = await page.listen(0)
    expect(chat.events.listenerCount('*')).toBe(1)
    await page.close()
    expect(chat.events.eventNames()).toStrictEqual([])
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('watches one after the other, each once, with the monitor that it was given', async () => {
    const watch = monitor()
    const chat = callOf()
    const page = inspect([], { monitor: watch })
    page.watch(chat)
    page.watch(chat)
    const { url } = await page.listen(0)
    await chat('hi')
    expect(watch.snapshot().overall.calls).toBe(1)
    await expect.poll(async () => (await recordingAt(url)).calls.length, { timeout: 5_000 }).toBe(1)
    await page.close()
    await chat('hi')
    expect(watch.snapshot().overall.calls).toBe(2)
    watch.close()
  })

  it.each([
    [{ maxCalls: 0 }, 'maxCalls'],
    [{ prompts: 'yes' }, 'prompts'],
    [{ monitor: {} }, 'monitor'],
  ])('says which option cannot be: %j', (options, name) => {
    expect(() => inspector([], options as never)).toThrow(name)
  })
})

describe('a recording', () => {
  it('is shown again: whole, a call of it, or some', async () => {
    const chat = callOf()
    const { url } = await inspect(chat).listen(0)
    await chat('hi')
    await expect.poll(async () => (await recordingAt(url)).calls.length, { timeout: 5_000 }).toBe(1)
    const exported = await recordingAt(url)
    expect(recordingOf(exported)).toStrictEqual({ ...exported, live: false })
    expect(recordingOf(exported.calls).calls).toStrictEqual(exported.calls)
    expect(recordingOf(exported.calls[0]).calls).toStrictEqual(exported.calls)
  })

  it.each([[{}], [null], ['text'], [{ holdfast: 'inspector', version: 2 }], [[{ attempts: [] }]]])(
    'nothing else is: %j',
    (exported) => {
      expect(() => recordingOf(exported)).toThrow('nothing that an inspector exported')
    },
  )

  it('pipelines that share their events are shown until each is stopped', async () => {
    const events = new Events()
    const [one, other] = ['one', 'other'].map((name) =>
      pipeline(script('hello'), [], { name, events }),
    )
    const page = inspect()
    const stop = page.watch(one!)
    const stopOther = page.watch(other!)
    stop()
    stop()
    expect(events.listenerCount('*')).toBe(1)
    stopOther()
    expect(events.listenerCount('*')).toBe(0)
    expect(events.listenerCount('call:succeeded')).toBe(0)
  })
})
