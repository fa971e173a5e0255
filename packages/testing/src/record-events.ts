import type { AnyEvent, Events } from '@holdfast/core/events'

/** Everything that happened, in order; `types()` gives the bare names. */
export interface RecordedEvents extends Array<AnyEvent> {
  types(): AnyEvent['type'][]
}

/** Records every event of a handler from now on: `const events = recordEvents(chat)`. */
export const recordEvents = (handler: { readonly events: Events }): RecordedEvents => {
  const events: AnyEvent[] = []
  handler.events.on<'*'>('*', (event: AnyEvent) => {
    events.push(event)
  })
  // Not enumerable: the list must still equal a plain array.
  return Object.defineProperty(events, 'types', {
    value: () => events.map(({ type }) => type),
  }) as RecordedEvents
}
