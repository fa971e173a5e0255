import type { Events } from '@holdfast/core'
import { monitor, type Watchable } from '@holdfast/monitor'

import { Feed } from './feed.ts'
import { Journal } from './journal.ts'
import { settingsOf, type InspectorOptions } from './options.ts'
import { serve, type Listening, type ListenOptions } from './serve.ts'

const TICK_MS = 250
const TICKS_PER_SECOND = 4

/** Watches pipelines, and shows them on a page. */
export interface Inspector {
  /** Watches one more; the returned function stops. */
  watch(pipeline: Watchable): () => void
  /** Shows the page on this port of this machine; 0 takes any free one. A port in use rejects. */
  listen(port?: number, options?: ListenOptions): Promise<Listening>
  /** Stops watching, and shows nothing any more. */
  close(): Promise<void>
}

/**
 * A page to look at while calls run: every call with its attempts and waits, rates and percentiles, circuits, limits,
 * budgets and alerts. Prompts are hidden, and only this machine can see it, unless you say otherwise.
 *
 * @example
 * const { url } = await inspector([chat, extract]).listen(4455)
 *
 * @throws ConfigurationError for an option that cannot be
 */
export const inspector = (
  pipelines: Watchable | readonly Watchable[] = [],
  options?: InspectorOptions,
): Inspector => {
  const settings = settingsOf(options)
  const watch = settings.monitor ?? monitor()
  const journal = new Journal(watch, settings)
  const feed = new Feed()
  /** Pipelines that share their events are heard once, until none of them is watched. */
  const heard = new Map<Events, { watches: number; readonly deafen: () => void }>()
  const stops = new Set<() => void>()
  const open = new Set<Listening>()
  const detach = journal.attach()

  let ticks = 0
  // Not what keeps a process alive: the server does, while it listens.
  const timer = setInterval(() => {
    feed.send('tick', journal.tick())
    if (++ticks % TICKS_PER_SECOND === 0) feed.send('second', journal.second())
  }, TICK_MS).unref()

  const add = (pipeline: Watchable): (() => void) => {
    const { events } = pipeline
    // First the monitor: it says what a call was when the call ends, and we still know what happened to it.
    const unwatch = watch.watch(pipeline)
    const hearing = heard.get(events) ?? { watches: 0, deafen: journal.hear(events) }
    hearing.watches++
    heard.set(events, hearing)
    const stop = (): void => {
      if (!stops.delete(stop)) return
      if (--hearing.watches === 0) {
        hearing.deafen()
        heard.delete(events)
      }
      // A monitor that was given watches on.
      if (settings.monitor === undefined) unwatch()
    }
    stops.add(stop)
    return stop
  }
  for (const pipeline of [pipelines].flat() as readonly Watchable[]) add(pipeline)

  return {
    watch: add,
    async listen(port = 4455, listenOptions) {
      const listening = await serve(
        { feed, recording: () => journal.recording() },
        port,
        listenOptions,
      )
      open.add(listening)
      return listening
    },
    async close() {
      clearInterval(timer)
      for (const stop of stops) stop()
      detach()
      if (settings.monitor === undefined) watch.close()
      await Promise.all([...open].map((listening) => listening.close()))
      open.clear()
    },
  }
}
