import type { Dialect } from '@holdfast/core'

import { chatLike } from './openai-chat.ts'
import type { ChatRequest, ChatResponse } from './openai-chat.ts'

/** OpenRouter: Chat Completions of any model, with `max_tokens` for all of them. */
export const openRouter: Dialect<ChatRequest, ChatResponse> = /* @__PURE__ */ chatLike(
  'openrouter',
  {
    limitAt: () => ['max_tokens'],
  },
)
