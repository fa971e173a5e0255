import type { Contender } from '../contender.ts'
import { aiRetry, aiRetryPerRequest } from './ai-retry.ts'
import { aiFallback, aiSdk } from './ai-sdk.ts'
import { article } from './article.ts'
import { cockatiel } from './cockatiel.ts'
import { holdfast } from './holdfast.ts'
import { langchain } from './langchain.ts'
import { noRetry, openai } from './openai.ts'
import { oracle } from './oracle.ts'
import { pRetry } from './p-retry.ts'

/** In the order of the tables. */
export const CONTENDERS: readonly Contender[] = [
  noRetry,
  openai,
  pRetry,
  cockatiel,
  aiSdk,
  aiRetry,
  aiRetryPerRequest,
  aiFallback,
  langchain,
  article,
  holdfast,
  oracle,
]
