import type { Provider } from '../wires/wire.ts'
import { anthropic } from './anthropic.ts'
import { gemini } from './gemini.ts'
import { openai } from './openai.ts'
import type { ProblemTexts } from './problem.ts'

/** How each provider words each error. */
export const PROBLEM_TEXTS: Readonly<Record<Provider, ProblemTexts>> = {
  openai,
  anthropic,
  gemini,
}
