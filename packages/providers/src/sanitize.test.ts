import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { WRITE } from '../test/histories.ts'
import type { Step } from '../test/histories.ts'
import { RULES } from '../test/history-rules.ts'
import { sanitize } from './sanitize.ts'

/** Who speaks each wire, and signs in it. */
const SPEAKERS = {
  chat: ['openrouter', 'google', 'mistral', 'openai', 'groq'],
  messages: ['anthropic', 'deepseek', 'moonshot', 'minimax'],
  responses: ['openai', 'azure', 'xai'],
  gemini: ['google', 'vertex', 'anthropic'],
  converse: ['bedrock', 'anthropic'],
} as const
type WireName = keyof typeof SPEAKERS
const WIRES = Object.keys(SPEAKERS) as WireName[]

const SWITCHES = WIRES.flatMap((wire) =>
  SPEAKERS[wire].flatMap((from) =>
    SPEAKERS[wire].filter((to) => to !== from).map((to) => [wire, from, to] as const),
  ),
)

/** Ids as they come: of OpenAI, Anthropic, Mistral, Kimi, and one as long as a path. */
const FORMS = [
  (n: number) => `call_${n}Zx4Vd0aBcDeFgHiJkLmN`,
  (n: number) => `toolu_01A09q90qw90lq9178${n}`,
  (n: number) => `a1B2c3D4${n}`,
  (n: number) => `functions.get_weather:${n}`,
  (n: number) => `chatcmpl-tool-${'0123456789abcdef'.repeat(3)}-${n}`,
]

const words = fc.stringMatching(/^[a-z]{1,8}$/)
const round = fc.record({
  question: words,
  calls: fc.nat({ max: 3 }),
  /** How many of them have a result; the others are orphans. */
  answered: fc.nat({ max: 3 }),
  stray: fc.boolean(),
  answer: fc.option(words, { nil: undefined }),
  form: fc.constantFrom(...FORMS),
})
const history = fc.array(round, { minLength: 1, maxLength: 4 }).map((rounds) =>
  rounds.flatMap(({ question, calls, answered, stray, answer, form }, at): Step[] => {
    const ids = Array.from({ length: calls }, (_, n) => form(at * 10 + n))
    const results = [...ids.slice(0, answered), ...(stray ? [form(at * 10 + 9)] : [])]
    return [
      { kind: 'user', text: question },
      ...(ids.length > 0 ? [{ kind: 'calls', ids } as const] : []),
      ...(results.length > 0 ? [{ kind: 'results', ids: results } as const] : []),
      ...(answer === undefined ? [] : [{ kind: 'assistant', text: answer } as const]),
    ]
  }),
)

describe('every switch of provider on one wire', () => {
  test.each(SWITCHES)('R-45 %s: what %s wrote is taken by %s', (wire, from, to) => {
    fc.assert(
      fc.property(history, (steps) => {
        const given = WRITE[wire](steps, from)
        const before = JSON.stringify(given)
        const sent = sanitize(given, { from, to })
        expect(RULES[wire](sent, to)).toBeUndefined()
        // The bytes: nothing that another sealed, everything that somebody said.
        expect(JSON.stringify(sent)).not.toContain('sealed-by-')
        const said = steps.flatMap((step) => ('text' in step ? [`"${step.text}"`] : []))
        expect(said.filter((text) => !JSON.stringify(sent).includes(text))).toEqual([])
        expect(JSON.stringify(given)).toBe(before)
        expect(sanitize(sent, { from, to })).toBe(sent)
      }),
      { numRuns: 60 },
    )
  })

  test('without it, most of these histories are rejected', () => {
    const rejected = SWITCHES.map(([wire, from, to]) => {
      const [call, result] = [FORMS[4]!(1), FORMS[4]!(2)]
      const steps: Step[] = [
        { kind: 'user', text: 'a' },
        { kind: 'calls', ids: [call] },
        { kind: 'results', ids: [result] },
      ]
      return RULES[wire](WRITE[wire](steps, from), to)
    })
    expect(rejected).not.toContain(undefined)
  })
})

describe('to its own issuer', () => {
  const complete: Step[] = [
    { kind: 'user', text: 'a' },
    { kind: 'calls', ids: ['call_1', 'call_2'] },
    { kind: 'results', ids: ['call_1', 'call_2'] },
    { kind: 'assistant', text: 'b' },
    { kind: 'user', text: 'c' },
  ]

  test.each(WIRES)('%s: a whole history is sent as it is, the same object', (wire) => {
    const issuer = SPEAKERS[wire][0]
    const given = WRITE[wire](complete, issuer)
    expect(RULES[wire](given, issuer)).toBeUndefined()
    expect(sanitize(given, { from: issuer, to: issuer })).toBe(given)
  })

  test.each(WIRES)('%s: orphans leave, the seals stay', (wire) => {
    const issuer = SPEAKERS[wire][0]
    const given = WRITE[wire]([...complete, { kind: 'calls', ids: ['call_3'] }], issuer)
    const sent = sanitize(given, { from: issuer, to: issuer })
    expect(RULES[wire](sent, issuer)).toBeUndefined()
    expect(JSON.stringify(sent)).not.toContain('call_3')
    expect(JSON.stringify(sent)).toContain(`sealed-by-${issuer}`)
  })

  test('whoever does not say who wrote a history has nothing sealed sent', () => {
    const sent = sanitize(WRITE.messages(complete, 'anthropic'), { to: 'anthropic' })
    expect(JSON.stringify(sent)).not.toContain('sealed-by-')
  })
})

describe('what is left alone', () => {
  test('what the user asked for: citations of documents, cached prompts', () => {
    const document = { type: 'document', source: {}, citations: { enabled: true } }
    const request = { max_tokens: 9, messages: [{ role: 'user', content: [document] }] }
    expect(sanitize(request, { from: 'anthropic', to: 'deepseek' })).toBe(request)
  })

  test('what is no request', () => {
    for (const request of ['Hello', { prompt: 'Hello' }, null, 7, { messages: 'no list' }]) {
      expect(sanitize(request, { to: 'openai' })).toBe(request)
    }
  })

  test('Claude goes on thinking where no tool waits for its thoughts', () => {
    const steps: Step[] = [
      { kind: 'user', text: 'a' },
      { kind: 'assistant', text: 'b' },
      { kind: 'user', text: 'c' },
    ]
    const sent = sanitize(WRITE.messages(steps, 'anthropic'), { from: 'anthropic', to: 'minimax' })
    expect(sent).toMatchObject({ thinking: { type: 'enabled' } })
  })
})

describe("the AI SDK's prompts, which say of each part who sealed it", () => {
  const part = (issuer: string): object => ({
    type: 'reasoning',
    text: issuer,
    providerOptions: { [issuer]: { signature: 'x' } },
  })
  const prompt = [
    { role: 'user', content: [{ type: 'text', text: 'a' }] },
    {
      role: 'assistant',
      content: [part('anthropic'), part('openai'), { type: 'text', text: 'b' }],
    },
    { role: 'user', content: [{ type: 'text', text: 'c' }] },
  ]

  test.each([
    ['anthropic.messages', 'anthropic'],
    ['openai.responses', 'openai'],
  ])('%s gets its own only, whoever wrote the last answer', (to, own) => {
    const sent = sanitize({ prompt }, { from: 'somebody', to })
    expect(sent.prompt[1]?.content).toEqual([part(own), { type: 'text', text: 'b' }])
  })

  test('what a provider ran by itself needs no result', () => {
    const ran = { type: 'tool-call', toolCallId: 'srv', toolName: 'search', providerExecuted: true }
    const request = { prompt: [{ role: 'assistant', content: [ran] }] }
    expect(sanitize(request, { from: 'openai', to: 'openai' })).toBe(request)
    const found = { type: 'tool-result', toolCallId: 'srv', toolName: 'search', output: {} }
    const answered = { prompt: [{ role: 'assistant', content: [ran, found] }] }
    expect(sanitize(answered, { from: 'openai', to: 'openai' })).toBe(answered)
  })
})

describe('what only its issuer can read', () => {
  test.each([
    [
      'Messages: what its server looked up and ran',
      'anthropic',
      {
        max_tokens: 9,
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'mcp_tool_use', id: 'm', name: 'f', server_name: 's', input: {} },
              { type: 'mcp_tool_result', tool_use_id: 'm', content: [] },
              { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
              { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
              { type: 'text', text: 'kept' },
            ],
          },
        ],
      },
      [{ role: 'assistant', content: [{ type: 'text', text: 'kept' }] }],
    ],
    [
      'Responses: what its server looked up and ran, whose ids are its own',
      'openai',
      {
        input: [
          { type: 'web_search_call', id: 'ws_1', status: 'completed' },
          { type: 'file_search_call', id: 'fs_1', queries: [] },
          { type: 'code_interpreter_call', id: 'ci_1', code: '' },
          { type: 'image_generation_call', id: 'ig_1', result: 'x' },
          { role: 'assistant', content: 'kept' },
        ],
      },
      [{ role: 'assistant', content: 'kept' }],
    ],
  ])('%s', (_, from, request, kept) => {
    const sent = sanitize(request as { messages?: unknown; input?: unknown }, { from, to: 'other' })
    expect(sent.messages ?? sent.input).toEqual(kept)
    expect(sanitize(request, { from, to: from })).toBe(request)
  })
})

test('thoughts stay in front of whatever they led to', () => {
  const thought = { type: 'reasoning', id: 'rs_1', summary: [] }
  for (const led of [
    { type: 'mcp_approval_request', id: 'mcpr_1', name: 'f', arguments: '{}' },
    { type: 'web_search_call', id: 'ws_1' },
    { type: 'program', id: 'p_1', code: '' },
    { type: 'message', id: 'msg_1', role: 'assistant', content: 'b' },
  ]) {
    const request = { input: [{ role: 'user', content: 'a' }, thought, led] }
    expect(sanitize(request, { from: 'openai', to: 'openai' })).toBe(request)
  }
})

test('ids stay the same as the conversation grows, for the sake of prompt caches', () => {
  const ids = ['functions.f:0', 'functions.f:1']
  const begin: Step[] = [
    { kind: 'user', text: 'a' },
    { kind: 'calls', ids },
    { kind: 'results', ids },
  ]
  const names = { from: 'moonshot', to: 'mistral' }
  const short = sanitize(WRITE.chat(begin, 'moonshot'), names) as { messages: object[] }
  const grown: Step[] = [...begin, { kind: 'assistant', text: 'b' }, { kind: 'user', text: 'c' }]
  const long = sanitize(WRITE.chat(grown, 'moonshot'), names) as { messages: object[] }
  expect(long.messages.slice(0, short.messages.length)).toEqual(short.messages)
})
