import type { Provider } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'

import type { TestRequest } from './harness.ts'

/** A provider whose stream a check feeds by hand; once it is over, whoever asks again meets the same end. */
export interface Feed {
  readonly provider: Provider<TestRequest, string>
  readonly opened: number
  /** The reader has let go of it. */
  readonly left: boolean
  readonly give: (chunk: string) => void
  readonly end: () => void
  readonly fail: (error: unknown) => void
}

type Controller = ReadableStreamDefaultController<string>

export const feed = (): Feed => {
  let controller: Controller | undefined
  let opened = 0
  let left = false
  let over: ((controller: Controller) => void) | undefined
  const early: string[] = []
  const open = (): ReadableStream<string> => {
    opened++
    return new ReadableStream<string>({
      start(own) {
        controller = own
        for (const chunk of early.splice(0)) own.enqueue(chunk)
        over?.(own)
      },
      cancel() {
        left = true
      },
    })
  }
  const finish = (how: (controller: Controller) => void): void => {
    if (over !== undefined) return
    over = how
    if (controller !== undefined && !left) how(controller)
  }
  return {
    // A policy is of no type: what flows through it here is a stream.
    provider: streaming(open) as unknown as Provider<TestRequest, string>,
    get opened() {
      return opened
    },
    get left() {
      return left
    },
    give(chunk) {
      if (controller === undefined) early.push(chunk)
      else if (over === undefined && !left) controller.enqueue(chunk)
    },
    end: () => finish((own) => own.close()),
    fail: (error) => finish((own) => own.error(error)),
  }
}
