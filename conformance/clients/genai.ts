import { GoogleGenAI } from '@google/genai'

import { MODELS, type Client } from './client.ts'
import { textOfPart, type GeminiPart } from './raw-fetch.ts'

/** Google's SDK. */
export const genai: Client = {
  name: '@google/genai',
  protocol: 'gemini',
  async *read({ url, prompt, stack }) {
    const client = new GoogleGenAI({
      apiKey: 'none',
      httpOptions: { baseUrl: url, ...(stack.fetch && { fetch: stack.fetch }) },
    })
    const stream = await client.models.generateContentStream({
      model: MODELS.gemini,
      contents: prompt,
    })
    for await (const chunk of stream) {
      const parts = (chunk.candidates?.[0]?.content?.parts ?? []) as readonly GeminiPart[]
      yield { text: parts.map(textOfPart).join('') }
    }
  },
}
