import fc from 'fast-check'
import { expect, test } from 'vitest'

import { CHAT, GEMINI, MESSAGES, read } from '../test/scripted.ts'
import { resilientFetch } from './resilient-fetch.ts'

const WORDS = ['Grüezi ', 'mit', 'enand ', '🐟', '\n\n']
const event = (data: object, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`

/** A whole answer on each wire, and its own mark of the end. */
const WIRES = {
  chat: {
    url: CHAT,
    body: { model: 'm', messages: [], stream: true },
    events: [
      ...WORDS.map((content) => event({ choices: [{ delta: { content }, finish_reason: null }] })),
      event({ choices: [{ delta: {}, finish_reason: 'stop' }] }),
      'data: [DONE]\n\n',
    ],
    end: 'finish_reason":"stop"',
  },
  messages: {
    url: MESSAGES,
    body: { model: 'm', max_tokens: 9, messages: [], stream: true },
    events: [
      event({ type: 'message_start', message: { id: 'm' } }, 'message_start'),
      ...WORDS.map((text) =>
        event(
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
          'content_block_delta',
        ),
      ),
      event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, 'message_delta'),
      event({ type: 'message_stop' }, 'message_stop'),
    ],
    end: '"message_stop"}',
  },
  gemini: {
    url: `${GEMINI.replace(':generate', ':streamGenerate')}?alt=sse`,
    body: { contents: [] },
    events: WORDS.map((text, at) =>
      event({
        candidates: [
          {
            content: { parts: [{ text }] },
            ...(at === WORDS.length - 1 && { finishReason: 'STOP' }),
          },
        ],
      }),
    ),
    end: '"STOP"',
  },
} as const

interface Data {
  readonly choices?: readonly [{ readonly delta: { readonly content?: string } }]
  readonly delta?: { readonly text?: string }
  readonly candidates?: readonly [{ readonly content: { readonly parts: [{ text: string }] } }]
}

const textOf = (seen: string): string =>
  Array.from(seen.matchAll(/^data: (\{.*)$/gm), ([, json]) => {
    const { choices, delta, candidates } = JSON.parse(json!) as Data
    return choices?.[0].delta.content ?? delta?.text ?? candidates?.[0].content.parts[0].text ?? ''
  }).join('')

/** What ended without an error must be whole, and an error must tell what was shown. */
const isTrue = ({ text, error }: { text: string; error?: unknown }, end: string): boolean => {
  const shown = textOf(text)
  if (error === undefined) return shown === WORDS.join('') && text.includes(end)
  const { partial } = error as { partial?: { text: string } }
  return shown === '' || (shown === partial?.text && WORDS.join('').startsWith(shown))
}

test.each(Object.entries(WIRES))(
  'R-1 R-4 %s, cut anywhere and in any pieces: what ends without an error is whole, and an error tells what was shown',
  async (_, { url, body, events, end }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        async (share, sizes, lineEnd, breaks) => {
          const all = new TextEncoder().encode(events.join('').replaceAll('\n', lineEnd))
          const cut = Math.round(share * all.length)
          let at = 0
          let turn = 0
          const source = new ReadableStream<Uint8Array>({
            pull(to) {
              if (at < cut) {
                const size = sizes[turn++ % sizes.length]!
                to.enqueue(all.slice(at, Math.min(cut, at + size)))
                at += size
              } else if (breaks) to.error(new TypeError('terminated'))
              else to.close()
            },
          })
          const headers = { 'content-type': 'text/event-stream' }
          const fetch = resilientFetch([], { fetch: async () => new Response(source, { headers }) })
          const init = { method: 'POST', body: JSON.stringify(body) }
          const answer = await fetch(url, init).then(read, (error: unknown) => ({
            text: '',
            error,
          }))
          expect(isTrue(answer, end)).toBe(true)
        },
      ),
      { numRuns: 100 },
    )
  },
)
