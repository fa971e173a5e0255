import { expect, test } from 'vitest'

import { protocolOf } from './protocol-of.ts'

const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }

test.each([
  ['https://api.openai.com/v1/chat/completions', 'openai-chat'],
  ['https://api.groq.com/openai/v1/chat/completions', 'openai-chat'],
  ['http://localhost:8000/v1/chat/completions/', 'openai-chat'],
  [
    'https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
    'azure-openai',
  ],
  ['https://openrouter.ai/api/v1/chat/completions', 'openrouter'],
  ['https://api.mistral.ai/v1/chat/completions', 'mistral'],
  ['https://api.openai.com/v1/responses', 'openai-responses'],
  ['https://me.openai.azure.com/openai/responses?api-version=preview', 'openai-responses'],
  ['https://api.anthropic.com/v1/messages?beta=true', 'anthropic-messages'],
  [
    'https://eu-aiplatform.googleapis.com/v1/publishers/anthropic/models/claude:streamRawPredict',
    'anthropic-messages',
  ],
  [
    'https://eu-aiplatform.googleapis.com/v1/publishers/mistralai/models/mistral-small:rawPredict',
    'mistral',
  ],
  [
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse',
    'gemini',
  ],
  [
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:generateContent',
    'gemini',
  ],
  ['https://bedrock-runtime.us-east-1.amazonaws.com/model/x/converse-stream', 'bedrock-converse'],
  ['http://localhost:11434/api/chat', 'ollama'],
  ['https://api.cohere.com/v2/chat', 'cohere'],
])('the URL %s speaks %s', (url, name) => {
  expect(protocolOf(url, {})?.name).toBe(name)
})

test.each([
  [chat, 'openai-chat'],
  [{ ...chat, max_tokens: 9, system: 'x' }, 'anthropic-messages'],
  [{ input: 'Hi' }, 'openai-responses'],
  [{ contents: [] }, 'gemini'],
  [{ ...chat, options: { num_ctx: 1 } }, 'ollama'],
])('a gateway with a path of its own is known by the body %j', (body, name) => {
  expect(protocolOf('https://gateway.test/llm', body)?.name).toBe(name)
})

test('what is no model is none', () => {
  for (const body of [undefined, null, {}, 'text', { prompt: 'x' }, { jsonrpc: '2.0' }]) {
    expect(protocolOf('https://example.test/hook?path=/v1/messages', body)).toBeUndefined()
  }
})

test.each([
  'https://api.openai.com/v1/embeddings',
  'https://api.openai.com/v1/images/generations',
  'https://api.anthropic.com/v1/messages/count_tokens',
  'https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:countTokens',
])('%s gives no answers, whatever its body looks like', (url) => {
  for (const body of [{ input: 'Hi' }, { ...chat, max_tokens: 9 }, { contents: [] }]) {
    expect(protocolOf(url, body)).toBeUndefined()
  }
})
