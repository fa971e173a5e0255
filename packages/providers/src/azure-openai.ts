import type { Dialect } from '@holdfast/core'

import { chatLike } from './openai-chat.ts'
import type { ChatRequest, ChatResponse } from './openai-chat.ts'

/** Azure OpenAI: Chat Completions that tell which content filter it was. */
export const azureOpenAI: Dialect<ChatRequest, ChatResponse> =
  /* @__PURE__ */ chatLike('azure-openai')
