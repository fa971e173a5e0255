import { pipeline } from '@holdfast/core'
import type { Handler } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'

import { evenNumber } from '../test/even-number.ts'
import { check, json, notEmpty, notRefused, notTruncated, structured } from './index.ts'

interface Question {
  readonly topic: string
}
declare const ask: (question: Question) => Promise<{ text: string }>
const Invoice = z.object({ total: z.string().transform(Number) })

// A pipeline infers with every validator in its list.
const chat = pipeline(ask, [
  notRefused(),
  notTruncated(),
  notEmpty({ allow: (answer, ctx) => answer.text === ctx.request.topic }),
  json(Invoice),
  check((answer, ctx, response) => answer.text === response.text && ctx.request.topic !== ''),
  check(({ text }) => text.length < 9 || 'too long'),
  check(async () => [{ message: 'no', path: ['a'] }]),
])
expectTypeOf(chat).toEqualTypeOf<Handler<Question, { text: string }>>()

// The value is what the schema puts out, not what it takes.
const extract = structured(chat, Invoice)
expectTypeOf(extract).toEqualTypeOf<Handler<Question, { total: number }>>()
expectTypeOf(extract({ topic: 'x' })).resolves.toEqualTypeOf<{ total: number }>()
expectTypeOf(structured(chat, evenNumber)({ topic: 'x' })).resolves.toEqualTypeOf<number>()

// Made outside a pipeline, a check is told what it is for.
const brief = check<Question, { text: string }>(({ text }) => text.length < 9)
expectTypeOf(pipeline(ask, [brief])).toEqualTypeOf<Handler<Question, { text: string }>>()

// @ts-expect-error -- the request keeps its type
void extract({ subject: 'x' })
// @ts-expect-error -- no schema
json({ total: 'number' })
// @ts-expect-error -- a number is no verdict
check(({ text }) => text.length)
