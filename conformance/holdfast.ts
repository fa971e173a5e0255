import { resilient } from '@holdfast/ai-sdk'
import { pipeline, timeout } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { anthropicMiddleware, resilientFetch } from '@holdfast/fetch'
import { openAIChat } from '@holdfast/providers'
import { retry } from '@holdfast/retry'

import { ATTEMPTS, type Stack } from './stack.ts'

/** Retries with short waits, so that the table is quick. */
export const again = () => retry({ maxAttempts: ATTEMPTS, baseDelayMs: 5 })
/** Limits to silence: what comes at all comes well within them, on a busy machine too. */
export const patience = () => timeout({ firstContentMs: 1_500, idleMs: 600 })

/** Every client as its README tells to adopt holdfast. */
export const holdfast = (): Stack => ({
  name: 'holdfast',
  retries: true,
  fetch: resilientFetch([again(), patience()]),
  middleware: [anthropicMiddleware([again(), patience()])],
  model: (model) => resilient(model, [again(), patience()]),
  stream: (open) => {
    const protocol = openAIChat.stream
    return pipeline(
      streaming((prompt: string, { signal }) => open(prompt, signal), {
        ...(protocol && { protocol }),
      }),
      [again(), patience()],
    )
  },
})
