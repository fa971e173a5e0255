import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { findJson } from './find-json.ts'

describe('what is taken for the JSON of an answer', () => {
  test.each<[string, string, unknown]>([
    ['the whole text', ' {"a":1}\n', { a: 1 }],
    ['the whole text after a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
    ['a bare number, if it is all there is', '42', 42],
    ['null, if it is all there is', 'null', null],
    ['a fenced block', 'Here you are:\n```json\n{"a":1}\n```\nBye!', { a: 1 }],
    ['a fenced block of no language', '```\n[1]\n```', [1]],
    ['a fenced block with CRLF', '```JSON\r\n{"a":1}\r\n```\r\n', { a: 1 }],
    ['a fenced null', '```json\nnull\n```', null],
    [
      'a fence with backticks in a string',
      '```json\n{"code":"```js\\n1\\n```"}\n```',
      { code: '```js\n1\n```' },
    ],
    [
      'the JSON block, not the longer one of code',
      '```ts\nconst aLongName = {}\n```\n```json\n{"a":1}\n```',
      { a: 1 },
    ],
    ['the longest block', '```json\n{}\n```\n```json\n{"a":1}\n```', { a: 1 }],
    ['an inline fence', 'so ```{"a":1}``` it is', { a: 1 }],
    ['a fence that never closes', '```json\n{"a":1}', { a: 1 }],
    ['the object in prose', 'Sure! {"a":{"b":[1,2]}} Hope it helps.', { a: { b: [1, 2] } }],
    ['the list in prose', 'Sure: [1, 2]!', [1, 2]],
    ['the longest container, not a footnote', 'As [1] says: {"total":3}.', { total: 3 }],
    ['the later of two alike', 'First {"a":1}, or rather {"a":2}.', { a: 2 }],
    ['braces and quotes in strings', 'x {"a":"}{]\\"[","b":"\\\\"} y', { a: '}{]"[', b: '\\' }],
    ['a brace too many', '{"a":1}}', { a: 1 }],
    [
      'the answer after the thoughts, not the draft',
      '<think>{"total":1000}?</think>{"total":3}',
      { total: 3 },
    ],
  ])('%s', (_, text, value) => expect(findJson(text)).toEqual(value))

  test.each([
    ['nothing', ''],
    ['prose', 'I cannot do that.'],
    ['a number in prose', 'It is 42.'],
    ['a string in prose', 'He said "no".'],
    ['R-71 a cut object', '{"a":1,"b":'],
    ['R-71 a whole piece of a cut list', '[{"a":1},{"a":2}'],
    ['a whole piece of a broken object', '{a: 1, b: {"c":2}}'],
    ['a whole piece after a wrong bracket', '{"items":[{"a":1}}, {"a":2}]}'],
    ['a piece after a line break within a string', '{"a":"x\ny", "b":{"c":1}}'],
    ['a trailing comma', '{"a":1,}'],
  ])('not %s', (_, text) => expect(findJson(text)).toBeUndefined())
})

const prose = fc
  .string({ unit: fc.constantFrom('a', ' ', ',', '.', ':', '"', '\n', '`') })
  .map((s) => s.replaceAll('```', ''))
const container = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
// JSON has no −0.
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('properties', () => {
  test('any JSON value is found alone', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(findJson(JSON.stringify(value))).toEqual(sent(value))
      }),
    ))

  test('any container is found in a fence, pretty-printed or not, with prose around it', () =>
    fc.assert(
      fc.property(prose, container, prose, fc.nat(4), (before, value, after, indent) => {
        const block = JSON.stringify(value, null, indent)
        expect(findJson(`${before}\n\`\`\`json\n${block}\n\`\`\`\n${after}`)).toEqual(sent(value))
      }),
    ))

  test('any container is found in prose', () =>
    fc.assert(
      fc.property(prose, container, prose, (before, value, after) => {
        expect(findJson(`x ${before}${JSON.stringify(value)}${after} x`)).toEqual(sent(value))
      }),
    ))

  test('no cut container is found', () =>
    fc.assert(
      fc.property(container, fc.nat(), (value, at) => {
        const text = JSON.stringify(value)
        expect(findJson(`x ${text.slice(0, at % text.length)}`)).toBeUndefined()
      }),
    ))
})

test('a hostile megabyte takes linear time', () => {
  const cpuMs = (text: string): number => {
    const before = process.cpuUsage()
    findJson(text)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  const units = '{ [ } " \\ {" {} [] [{ ``` ` "\\ </think> {"a": {"":}'.split(' ')
  const fences = ['```\n', '\n```', '```json\n', '\n', ' ']
  for (const unit of [...units, ...fences]) {
    const text = `x${unit.repeat(1e6 / unit.length)}`
    // The best of three: other threads count too. Quadratic time would be minutes.
    const best = Math.min(cpuMs(text), cpuMs(text), cpuMs(text))
    expect({ unit, isFast: best < 150 }).toEqual({ unit, isFast: true })
  }
})
