/** Counts what is made through globals. To be imported first: who captured a global at import is not seen. */
export const made = { timers: 0, abortControllers: 0, errors: 0 }

const counted = <T extends object>(original: T, what: keyof typeof made): T =>
  new Proxy(original, {
    apply(target, self, args) {
      made[what]++
      return Reflect.apply(target as never, self, args)
    },
    construct(target, args, newTarget) {
      made[what]++
      return Reflect.construct(target as never, args, newTarget) as object
    },
  })

globalThis.setTimeout = counted(setTimeout, 'timers')
globalThis.setInterval = counted(setInterval, 'timers')
globalThis.AbortController = counted(AbortController, 'abortControllers')
globalThis.Error = counted(Error, 'errors')
