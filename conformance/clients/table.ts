import { ai } from './ai.ts'
import { anthropic } from './anthropic.ts'
import type { Client } from './client.ts'
import { genai } from './genai.ts'
import { generator } from './generator.ts'
import { groq } from './groq.ts'
import { openai } from './openai.ts'
import { rawFetch } from './raw-fetch.ts'

/** Every client, in the order of the table. */
export const CLIENTS: readonly Client[] = [
  ...rawFetch,
  ...openai,
  ...anthropic,
  genai,
  groq,
  ...ai,
  generator,
]
