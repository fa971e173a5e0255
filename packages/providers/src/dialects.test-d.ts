import type { Dialect, Fault } from '@holdfast/core'
import { expectTypeOf } from 'vitest'

import { adaptAll, dropOldestTurns, shorterAnswer, useModel } from './adapt.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { auto } from './auto.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'
import { plainText } from './plain-text.ts'

// A pipeline takes any dialect, whatever its request and response.
expectTypeOf(openAIChat).toExtend<Dialect>()
expectTypeOf(openAIResponses).toExtend<Dialect>()
expectTypeOf(anthropicMessages).toExtend<Dialect>()
expectTypeOf(plainText).toExtend<Dialect>()
expectTypeOf(auto).toExtend<Dialect>()

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
