import {
  faultOf,
  HoldfastError,
  isSeam,
  pipeline,
  retryBudget,
  type AnswerStream,
  type Policy,
  type Seam,
} from '@holdfast/core'
import type { Seen, StreamProtocol } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { httpError, recordEvents } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { interrupt, resume } from './index.ts'

type Chunk =
  | { readonly start: string }
  | { readonly text: string }
  | { readonly tool: string }
  | { readonly end: true }

const wire: StreamProtocol = {
  name: 'wire',
  read(chunk, seen: Seen) {
    const { text, tool, end } = chunk as { text?: string; tool?: string; end?: true }
    if (text !== undefined) {
      seen.text += text
      seen.content = 'text'
    }
    if (tool !== undefined) {
      seen.tools.push({ name: tool, arguments: '' })
      seen.content = 'tool'
      seen.toolOpen = true
    }
    if (end) seen.ended = true
  },
  withoutText: (chunk, chars) => ({ text: (chunk as { text: string }).text.slice(chars) }),
}
const reset = Object.assign(new TypeError('terminated'), { cause: { code: 'ECONNRESET' } })
const start = { start: 'preamble' }
const end = { end: true } as const
const t = (text: string): Chunk => ({ text })

interface Req {
  readonly prompt: string
}
/** Plays one script per request; an Error breaks the stream there. */
const model = (...scripts: readonly (readonly (Chunk | Error)[])[]) => {
  const requests: Req[] = []
  const provider = streaming(
    async function* (request: Req): AsyncGenerator<Chunk> {
      const script = scripts[requests.push(request) - 1] ?? []
      for (const step of script) {
        if (step instanceof Error) throw step
        yield step
      }
    },
    { protocol: wire },
  )
  return { provider, requests }
}

class CutError extends HoldfastError {
  readonly code = 'HOLDFAST_CUT'
  readonly userMessage = 'cut'
}

const read = async (chunks: AsyncIterable<Chunk | Seam>) => {
  const got: unknown[] = []
  try {
    for await (const chunk of chunks) got.push(isSeam(chunk) ? chunk.kind : chunk)
    return { got, error: undefined }
  } catch (error) {
    return { got, error: error as { code: string; cause?: unknown } }
  }
}

describe('interrupt restart', () => {
  test('R-11 a broken stream begins anew behind a reset seam, for a consumer that reads with seams', async () => {
    const { provider, requests } = model([start, t('wro'), reset], [start, t('right'), end])
    const handler = pipeline(provider, [interrupt('restart')])
    const events = recordEvents(handler)
    const { response, report } = await handler.withReport({ prompt: 'hi' })
    expect(await read(response.withSeams())).toEqual({
      got: [start, t('wro'), 'reset', start, t('right'), end],
      error: undefined,
    })
    expect(requests).toHaveLength(2)
    expect(response.seen.text).toBe('right')
    expect((await report).attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
    expect(events.map(({ type }) => type)).toEqual([
      'call:started',
      'attempt:started',
      'attempt:failed',
      'stream:interrupted',
      'attempt:started',
      'stream:continued',
      'attempt:succeeded',
      'call:succeeded',
    ])
  })

  test('a consumer that cannot forget what it has shown gets the error, and no request is spent on it', async () => {
    const { provider, requests } = model([start, t('wro'), reset], [start, t('right'), end])
    const { got, error } = await read(
      await pipeline(provider, [interrupt('restart')])({ prompt: 'hi' }),
    )
    expect(got).toEqual([start, t('wro')])
    expect(error).toMatchObject({ code: 'HOLDFAST_STREAM_INTERRUPTED', cause: reset })
    expect(requests).toHaveLength(1)
  })

  test('a seam in chunks serves a consumer that knows only chunks', async () => {
    const { provider } = model([t('wro'), reset], [t('right'), end])
    const policy = interrupt('restart', { seam: ({ shown }) => ({ start: `forget ${shown}` }) })
    expect((await read(await pipeline(provider, [policy])({ prompt: 'hi' }))).got).toEqual([
      t('wro'),
      { start: 'forget 3' },
      t('right'),
      end,
    ])
  })

  test('R-17 the limit holds, and the error is that of the last stream', async () => {
    const { provider, requests } = model(
      [t('1'), reset],
      [t('2'), reset],
      [t('3'), reset],
      [t('4'), end],
    )
    const stream = await pipeline(provider, [interrupt('restart')])({ prompt: 'hi' })
    const { got, error } = await read(stream.withSeams())
    expect(got).toEqual([t('1'), 'reset', t('2'), 'reset', t('3')])
    expect(error).toMatchObject({ partial: { text: '3' } })
    await expect(stream.over).rejects.toBe(error)
    expect(requests).toHaveLength(3)
  })

  test('R-49 nothing follows a tool call, unless the tools are idempotent', async () => {
    const scripts = [
      [{ tool: 'pay' }, reset],
      [{ tool: 'pay' }, end],
    ] as const
    const run = async (idempotentTools: boolean) => {
      const { provider } = model(...scripts)
      const stream = await pipeline(provider, [interrupt('restart', { idempotentTools })])({
        prompt: '',
      })
      return read(stream.withSeams())
    }
    expect((await run(false)).error).toMatchObject({ partial: { toolOpen: true } })
    expect((await run(true)).got).toEqual([{ tool: 'pay' }, 'reset', { tool: 'pay' }, end])
  })

  test('what a second try cannot mend is not tried, and a spent budget stops it', async () => {
    const bad = Object.assign(new Error('bad'), { status: 400 })
    const first = model([t('1'), bad], [t('2'), end])
    await read((await pipeline(first.provider, [interrupt('restart')])({ prompt: '' })).withSeams())
    expect(first.requests).toHaveLength(1)
    const second = model([t('1'), reset], [t('2'), end])
    const broke = retryBudget({ ratio: 0.001, minPerSecond: 0 })
    const { error } = await read(
      (
        await pipeline(second.provider, [interrupt('restart')], { retryBudget: broke })({
          prompt: '',
        })
      ).withSeams(),
    )
    expect(error).toMatchObject({ cause: reset })
  })

  test('T74 inner policies see an attempt of its own; a sequel that fails before its first content leaves the error', async () => {
    const { provider } = model([t('1'), reset], [httpError(500)])
    const attempts: number[] = []
    const note: Policy<Req, AnswerStream<Chunk>> = (ctx, next) => {
      attempts.push(ctx.attempt)
      return next()
    }
    const { error } = await read(
      (await pipeline(provider, [interrupt('restart'), note])({ prompt: '' })).withSeams(),
    )
    expect(error).toMatchObject({ cause: reset })
    expect(attempts).toEqual([1, 2])
  })

  test('any other mode is refused in a sentence', () => {
    expect(() => interrupt('again' as never)).toThrow(
      "interrupt: mode must be 'restart', got 'again'",
    )
  })
})

describe('resume', () => {
  const continueWith = (request: Req, text: string): Req => ({
    prompt: `${request.prompt}|${text}`,
  })

  test('R-10 the answer goes on where it broke: one preamble, no overlap, one text', async () => {
    const { provider, requests } = model(
      [start, t('The capital of '), t('France'), reset],
      [start, t('capital of'), t(' France is Paris.'), end],
    )
    const { response, report } = await pipeline(provider, [resume({ continueWith })]).withReport({
      prompt: 'Q',
    })
    const { got } = await read(response)
    expect(got.map((chunk) => (chunk as { text?: string }).text ?? chunk)).toEqual([
      start,
      'The capital of ',
      'France',
      '',
      ' is Paris.',
      end,
    ])
    expect(response.seen.text).toBe('The capital of France is Paris.')
    expect(requests[1]).toEqual({ prompt: 'Q|The capital of France' })
    expect((await report).attempts).toHaveLength(2)
  })

  test('an answer that its token limit cut goes on by itself, where a judge inside calls it cut', async () => {
    const { provider, requests } = model([t('One'), end], [t(' two'), end])
    const judge: Policy<Req, AnswerStream<Chunk>> = async (_ctx, next) => {
      const stream = await next()
      stream.tap({
        end: ({ text }) => {
          if (text === 'One') throw new CutError(faultOf('truncated', 'cut'))
        },
      })
      return stream
    }
    const stream = await pipeline(provider, [resume({ continueWith }), judge])({ prompt: 'Q' })
    const { error } = await read(stream)
    expect(error).toBeUndefined()
    expect(stream.seen.text).toBe('One two')
    expect(requests[1]).toEqual({ prompt: 'Q|One' })
  })

  test('white space at the end is in no request, and is shown once', async () => {
    const { provider, requests } = model([t('One'), t('\n\n'), reset], [t('\n\n'), t('Two'), end])
    const stream = await pipeline(provider, [resume({ continueWith })])({ prompt: 'Q' })
    const { got } = await read(stream)
    expect(got).toEqual([t('One'), t('\n\n'), t(''), t('Two'), end])
    expect(stream.seen.text).toBe('One\n\nTwo')
    expect(requests[1]).toEqual({ prompt: 'Q|One' })
  })

  test('where nothing was said yet, there is nothing to go on from', async () => {
    const { provider, requests } = model([t(' '), reset], [t('lo'), end])
    const { error } = await read(
      await pipeline(provider, [resume({ continueWith })])({ prompt: 'Q' }),
    )
    expect(error).toMatchObject({ cause: reset })
    expect(requests).toHaveLength(1)
  })

  test('with seams, the place where it goes on is to be seen', async () => {
    const { provider } = model([t('Hel'), reset], [t('lo'), end])
    const stream = await pipeline(provider, [resume({ continueWith })])({ prompt: 'Q' })
    expect((await read(stream.withSeams())).got).toEqual([t('Hel'), 'resume', t('lo'), end])
  })

  test('R-9 without a native way nothing is put into a prompt: the error stays', async () => {
    const { provider, requests } = model([t('Hel'), reset], [t('lo'), end])
    const { error } = await read(await pipeline(provider, [resume()])({ prompt: 'Q' }))
    expect(error).toMatchObject({ cause: reset })
    expect(requests).toHaveLength(1)
  })

  test('a continuation that breaks is continued again, up to the limit', async () => {
    const { provider, requests } = model(
      [t('a'), reset],
      [t('b'), reset],
      [t('c'), reset],
      [t('d'), end],
    )
    const stream = await pipeline(provider, [resume({ continueWith })])({ prompt: 'Q' })
    const { got, error } = await read(stream)
    expect(got).toEqual([t('a'), t('b'), t('c')])
    expect(error).toMatchObject({ partial: { text: 'abc' } })
    expect(requests.map(({ prompt }) => prompt)).toEqual(['Q', 'Q|a', 'Q|ab'])
  })
})
