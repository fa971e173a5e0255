/** A promise that is settled from outside, once, and that nobody has to listen to. */
export class Tail {
  declare resolve: () => void
  declare reject: (error: unknown) => void
  readonly promise: Promise<void> = new Promise<void>((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })

  constructor() {
    // A stream may well break with no policy listening for its end: the consumer gets the error itself.
    this.promise.catch(() => {})
  }
}
