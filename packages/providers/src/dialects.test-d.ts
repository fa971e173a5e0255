import { pipeline } from '@holdfast/core'
import type { Context, Dialect, Fault, StreamProtocol, Target } from '@holdfast/core'
import { expectTypeOf } from 'vitest'

import { adaptAll, dropOldestTurns, shorterAnswer, useModel } from './adapt.ts'
import * as providers from './index.ts'
import { protocolOf, sanitize, sanitizer } from './index.ts'

type Named = 'openAIChat' | 'azureOpenAI' | 'openRouter' | 'mistral' | 'openAIResponses'
type Others =
  | 'anthropicMessages'
  | 'gemini'
  | 'bedrock'
  | 'cohere'
  | 'ollama'
  | 'aiSdk'
  | 'plainText'
  | 'auto'

// A pipeline takes any dialect, whatever its request and response, and any has streams.
expectTypeOf<(typeof providers)[Named | Others]>().toExtend<Dialect>()
expectTypeOf<NonNullable<(typeof providers)[Named | Others]['stream']>>().toExtend<StreamProtocol>()
expectTypeOf(protocolOf('https://example.test', {})).toEqualTypeOf<Dialect | undefined>()
pipeline((body: { messages: [] }) => Promise.resolve(body), [], { dialect: providers.openAIChat })

interface MyRequest {
  readonly messages: readonly { role: string; content: string }[]
  readonly tenant: string
}
interface At {
  readonly fault: Fault
  readonly attempt: number
  readonly ctx: { readonly dialect: Dialect | undefined; readonly request: MyRequest }
}
type Adapt = (request: MyRequest, at: At) => MyRequest | undefined

// A change keeps the type of the request, also several of them as one.
expectTypeOf(shorterAnswer(0.5)).toExtend<Adapt>()
expectTypeOf(useModel('small')).toExtend<Adapt>()
expectTypeOf(dropOldestTurns()).toExtend<Adapt>()
expectTypeOf(adaptAll(shorterAnswer(0.5), useModel('small'))).toExtend<Adapt>()

// A change of the user's own may stand among them.
const mine: Adapt = (request) => ({ ...request, tenant: 'other' })
expectTypeOf(adaptAll(mine, shorterAnswer(0.5))).toExtend<Adapt>()
expectTypeOf(adaptAll(shorterAnswer(0.5), mine)).toExtend<Adapt>()

// @ts-expect-error a model's name is a string
useModel(5)

// A sanitizer is a target's hook and a retry's change, and keeps the type of the request.
expectTypeOf(sanitizer({ from: 'anthropic' })).toExtend<
  NonNullable<Target<MyRequest, unknown>['request']>
>()
expectTypeOf(sanitizer({ mode: 'reactive' })).toExtend<
  (
    request: MyRequest,
    at: { fault: Fault; error: unknown; ctx: Context<MyRequest> },
  ) => MyRequest | undefined
>()
expectTypeOf(sanitize({} as MyRequest, { to: 'openai' })).toEqualTypeOf<MyRequest>()

// @ts-expect-error a sanitizer is told for whom
sanitize({}, {})
