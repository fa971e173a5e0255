import { seededRandom } from '@holdfast/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { candidatesIn } from './candidates.ts'
import { extractJson, NoJsonError } from './extract-json.ts'
import { readContainer } from './read-container.ts'

const prose = fc
  .string({ unit: fc.constantFrom('a', ' ', ',', '.', ':', '"', "'", '\n', '-', 'ß') })
  .map((words) => `So ${words} `)
const container = fc.oneof(
  fc.array(fc.jsonValue(), { minLength: 1 }),
  fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
)
// JSON has no −0.
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('any JSON value is found alone', () =>
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(extractJson(JSON.stringify(value))).toEqual(sent(value))
    }),
  ))

test('any container is read to its end as JSON.parse reads it, pretty-printed or not', () =>
  fc.assert(
    fc.property(container, fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(readContainer(`${text} x`, 0)).toMatchObject({
        value: sent(value),
        end: text.length,
        isCut: false,
      })
    }),
    { numRuns: 500 },
  ))

test('any container is found in a fence, with prose around it', () =>
  fc.assert(
    fc.property(prose, container, prose, fc.nat(4), (before, value, after, indent) => {
      const block = JSON.stringify(value, null, indent)
      expect(extractJson(`${before}\n\`\`\`json\n${block}\n\`\`\`\n${after}`)).toEqual(sent(value))
    }),
  ))

test('any container is found in prose', () =>
  fc.assert(
    fc.property(prose, container, prose, fc.nat(4), (before, value, after, indent) => {
      expect(extractJson(`${before}:\n${JSON.stringify(value, null, indent)}\n${after}`)).toEqual(
        sent(value),
      )
    }),
  ))

test('no cut container is found, and none of its pieces', () =>
  fc.assert(
    fc.property(container, fc.nat(), (value, at) => {
      const text = JSON.stringify(value)
      expect(() => extractJson(`x ${text.slice(0, at % text.length)}`)).toThrow(NoJsonError)
    }),
  ))

test(
  'whatever the text, nothing is thrown but the typed error: 100,000 mutations of an answer',
  { timeout: 60_000 },
  () => {
    const random = seededRandom(7)
    const dice = (sides: number): number => Math.floor(random() * sides)
    const seed = `<think>a</think>\`\`\`json\n{"a": [-2.5e3, "x\\n", null], 'b': {c: “d”, /*e*/}, f: """g"""}\n\`\`\` # h`
    const alphabet = `${seed}…{}[]()+"'\\:,\u2028\ud800`
    const unsafe: string[] = []
    let text = seed
    for (let n = 0; n < 100_000; n++) {
      const [from, piece] = [dice(text.length + 1), dice(alphabet.length)]
      text =
        text.slice(0, from) + alphabet.slice(piece, piece + dice(4)) + text.slice(from + dice(4))
      if (text.length > 150 || text.length < 10 || n % 20 === 0) text = seed
      // Making the error costs more than reading the text: every hundredth goes all the way.
      candidatesIn(text, n % 2 === 0)
      if (n % 100 === 0 && !isSafe(text)) unsafe.push(text)
    }
    expect(unsafe).toEqual([])
  },
)

const isSafe = (text: string): boolean => {
  try {
    extractJson(text)
    return true
  } catch (error) {
    return NoJsonError.is(error)
  }
}

test.each([
  '[',
  '{',
  '{"a":',
  '[{',
  '`',
  '```',
  '```\n',
  '"',
  '{"',
  '["',
  "'",
  ':',
  '"a,"',
  '("',
  '"+"',
])('a hostile megabyte of %j is read to its end', (unit) => {
  // How fast is for `pnpm bench:extract-json` to say.
  for (const before of ['', 'x ']) {
    const found = candidatesIn(before + unit.repeat(1e6 / unit.length), false)
    expect(found).toBeTypeOf('object')
  }
})

test('no text takes more than linear time', { timeout: 30_000 }, () => {
  const units = '] } \\ {} [] [1] </think> {"":} "a", "a"b {"a":"b" /* // # \\" … “ [1/*[*/]'.split(
    ' ',
  )
  const lost = [
    '"a,\n"b",',
    '"a,"b":1,',
    '"a" + /*',
    '"a" 1,',
    '{"a" ',
    '(1,',
    'Date("',
    '{ "a": "b", ',
  ]
  for (const unit of [
    ...units,
    '\n```',
    '```json\n',
    '\n',
    ' ',
    '"a" ',
    '{"a":"b" ',
    '{"a":1}\n',
    ...lost,
  ])
    for (const before of ['x', '[', '{"a":"']) {
      // Quadratic time would be many seconds for each: the test would not come to its end.
      const found = candidatesIn(before + unit.repeat(2e5 / unit.length), false)
      expect(found).toBeTypeOf('object')
    }
})
