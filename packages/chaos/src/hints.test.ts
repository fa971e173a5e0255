import { expect, it } from 'vitest'

import { goDuration, HINTS, limitHeaders, ownHint, rfc3339, spellHint } from './hints.ts'

/** Monday 23 November 2026, 05:00:00.400 UTC. */
const WALL = Date.UTC(2026, 10, 23, 5, 0, 0, 400)

it.each([
  [12, '12ms'],
  [634, '634ms'],
  [1000, '1s'],
  [1500, '1.5s'],
  [360_000, '6m0s'],
  [179_560, '2m59.56s'],
  [3_605_000, '1h0m5s'],
])('%d ms is %s, as Go and so OpenAI prints it', (ms, text) => {
  expect(goDuration(ms)).toBe(text)
})

it('spells every dialect', () => {
  const spelled = HINTS.map((hint) => [hint, spellHint(hint, 1500, WALL, 'openai')])
  expect(Object.fromEntries(spelled)).toStrictEqual({
    'retry-after': { headers: { 'retry-after': '1.5' }, text: '' },
    'http-date': { headers: { 'retry-after': 'Mon, 23 Nov 2026 05:00:02 GMT' }, text: '' },
    'retry-after-ms': { headers: { 'retry-after-ms': '1500' }, text: '' },
    'reset-headers': {
      headers: {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1.5s',
      },
      text: '',
    },
    'retry-info': { headers: {}, text: ' Please try again in 1.5s.' },
    text: { headers: {}, text: ' Please try again in 1.5s.' },
    none: { headers: {}, text: '' },
  })
})

it("Gemini's own dialect is a detail of its error, and it counts no headers", () => {
  const said = { headers: {}, text: '', retryDelay: '1.5s' }
  expect(spellHint(ownHint('gemini'), 1500, WALL, 'gemini')).toStrictEqual(said)
  expect(spellHint('text', 1500, WALL, 'gemini').text).toBe(' Please retry in 1.5s.')
  expect(spellHint('reset-headers', 1500, WALL, 'gemini').headers).toStrictEqual({})
})

it("resets are instants in Anthropic's headers, and never before the time", () => {
  expect(rfc3339(WALL)).toBe('2026-11-23T05:00:01Z')
  expect(limitHeaders('anthropic', { limit: 60, remaining: 0, resetMs: 1500 }, WALL)).toStrictEqual(
    {
      'anthropic-ratelimit-requests-limit': '60',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-11-23T05:00:02Z',
    },
  )
})
