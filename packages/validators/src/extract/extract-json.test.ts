import { describe, expect, test } from 'vitest'

import { extractJson, NoJsonError } from './extract-json.ts'

const declined = (text: string, allowPartial = false): string => {
  try {
    return `found ${JSON.stringify(extractJson(text, { allowPartial }))}`
  } catch (error) {
    if (!NoJsonError.is(error)) throw error
    return error.reason
  }
}

describe('what is taken for the JSON of an answer', () => {
  test.each<[string, string, unknown]>([
    ['the whole text', ' {"a":1}\n', { a: 1 }],
    ['the whole text after a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
    ['a bare number, if it is all there is', '42', 42],
    ['null, if it is all there is', 'null', null],
    ['a fenced block', 'Here you are:\n```json\n{"a":1}\n```\nBye!', { a: 1 }],
    ['a fenced block of no language', '```\n[1]\n```', [1]],
    ['a fenced block with CRLF', '```JSON\r\n{"a":1}\r\n```\r\n', { a: 1 }],
    [
      'a fence with backticks in a string',
      '```json\n{"b":"```js\\n1\\n```"}\n```',
      { b: '```js\n1\n```' },
    ],
    [
      'the JSON block, not the longer one of code',
      '```ts\nconst long = f({})\n```\n```json\n{"a":1}\n```',
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
    ['what a call or an assignment has in it', 'const x = {"a": 1};', { a: 1 }],
    ['the assigned value of a block of code', '```python\nresult = {"a": None}\n```', { a: null }],
  ])('%s', (_, text, value) => expect(extractJson(text)).toEqual(value))

  test.each<[string, string, string]>([
    ['nothing', '', 'no-json'],
    ['prose', 'I cannot do that.', 'no-json'],
    ['a number in prose', 'It is 42.', 'no-json'],
    ['a string in prose', 'He said "no".', 'no-json'],
    ['a word', 'True', 'no-json'],
    ['a footnote', 'As was shown [1], it is [2, 3].', 'no-json'],
    ['a link', 'See [the docs](https://a.b) and ["x"](y).', 'no-json'],
    ['a placeholder', 'Dear {name}, {{greeting}} [insert date]', 'no-json'],
    ['code', '```js\nif (a) { return b[0] }\n```', 'no-json'],
    ['unquoted keys in prose', 'A set such as { a: b } is no JSON.', 'no-json'],
    ['thoughts that never end', '<think>{"a":1} maybe', 'truncated'],
    ['R-71 a cut object', '{"a":1,"b":', 'truncated'],
    ['R-71 a cut object in a fence', '```json\n{"a":1,"b":{"c":"x', 'truncated'],
    ['R-71 a whole piece of a cut list', '[{"a":1},{"a":2}', 'truncated'],
    ['R-71 a draft before a cut answer', 'Draft: {"a":1}\nFinal: {"a":2, "b', 'truncated'],
    ['R-71 an ellipsis in place of the rest', '{"a":[1,2,...]}', 'truncated'],
    ['a whole piece after a wrong bracket', '{"items":[{"a":1}}, {"a":2}]}', 'broken'],
    ['a whole piece of a broken object', 'So: {"a" = 1, "b": {"c":2}}', 'broken'],
    ['a value that nobody wrote', '{"a":}', 'broken'],
    ['a key that was swallowed by a value', '{"a":"b "c":"d"}', 'broken'],
    ['two items or one with a comma', '["hello, world]', 'broken'],
    ['a quote too many', '{"a":"v"alue"}', 'broken'],
    ['a quote too few, or too many', '{"a":"say "hi", "b":1}', 'broken'],
    ['a bracket in a string, or after it', '{"a":"see {x}', 'broken'],
    ['a document in a fence in a string', '{"a":"```json {"b":"c"}```"}', 'broken'],
    ['a string, or one and the next key', '{"a":"b, c: 1}', 'broken'],
    ['what an aside in prose says', '(see "a" and "b") for that', 'no-json'],
    ['a sum as bookkeepers write it, or a tuple', "{'net': (1,234)}", 'broken'],
    ['what JSON has no number for', '{a: nan}', 'broken'],
    ['a number too large for one', '{a: 1e999}', 'broken'],
    ['a bracket of the wrong kind, or one that lost its other', '{"a":1]}', 'broken'],
    ['a set of keys, or keys and values', "{'a', 'b'}", 'broken'],
    ['two strings in round brackets, one to Python', '{"a":("b" "c")}', 'broken'],
    ['a number in round brackets', '{"a":(1)}', 'broken'],
    ['a call', '{"a":sum(1, 2)}', 'broken'],
    ['a sum of words', '{"a":"b" + c}', 'broken'],
    ['a query', '{ user { id } }', 'broken'],
    ['an expression', '{"total": 12 * 3}', 'broken'],
    ['what goes on after its end', '{"key": "value"}, "key2": }', 'broken'],
  ])('not %s', (_, text, reason) => expect(declined(text)).toBe(reason))
})

describe('what is repaired, because only one thing can be meant', () => {
  test.each<[string, string, unknown]>([
    ['trailing commas', '{"a":[1,2,],}', { a: [1, 2] }],
    ['leading commas', '[,1]', [1]],
    ['comments', '/* a */{"a":1, // b\n"c":2 # d\n}', { a: 1, c: 2 }],
    ['single quotes', "{'a': 'it's'}", { a: "it's" }],
    ['typographic quotes', '{“a”: “b”, „c“: ‘d’}', { a: 'b', c: 'd' }],
    ['Python literals', "{'a': None, 'b': True, 'c': [False]}", { a: null, b: true, c: [false] }],
    ['JavaScript literals', '{a: undefined, b_1: 0.5}', { a: null, b_1: 0.5 }],
    ['line breaks in strings', '{"a":"x\ny","b":1}', { a: 'x\ny', b: 1 }],
    ['a line break before the closing quote', '{"a":"x\ny\n"}', { a: 'x\ny' }],
    ['a string of nothing but a line break', '{"a":"\n"}', { a: '\n' }],
    ['quotes in strings', '{"a":"the "best" of all","b":1}', { a: 'the "best" of all', b: 1 }],
    ['inches in strings', '{"a":"a 24" screen"}', { a: 'a 24" screen' }],
    [
      'wrong escapes, kept as they are',
      String.raw`{"a":"\d+ \'x\' \u00e9"}`,
      { a: String.raw`\d+ 'x' é` },
    ],
    ['underscores as Markdown escapes them', String.raw`{"a\_b":1}`, { a_b: 1 }],
    ['commas that are missing', '{"a":1\n"b":[{} {}]\n}', { a: 1, b: [{}, {}] }],
    ['an inner bracket that is missing', '{"a":[1,2}', { a: [1, 2] }],
    [
      'a last bracket that is missing before the fence closes',
      '```json\n{"a":{"b":1}\n```\nDone.',
      { a: { b: 1 } },
    ],
    [
      'unquoted strings',
      '{a: hello world, b: https://a.b/c}',
      { a: 'hello world', b: 'https://a.b/c' },
    ],
    ['the doubled braces of a template', '{{"a":1}}', { a: 1 }],
    ['quotes that are escaped throughout', String.raw`{\n\"a\": \"b\"}`, { a: 'b' }],
    ['the largest of several in one fence', '```json\n{"a":1}\n{"b":2,"c":3}\n```', { b: 2, c: 3 }],
    ['triple quotes', '{"a":"""x "y" z"""}', { a: 'x "y" z' }],
    ['a list that lost its brackets', '{"a":1},\n{"a":2}, {}\n', [{ a: 1 }, { a: 2 }]],
    ['JSON Lines', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['a bracket of the wrong kind at the very end', '{"a":1]', { a: 1 }],
    ['an unquoted date and time', '{"a":2024-10-18T18:35:22.2Z}', { a: '2024-10-18T18:35:22.2Z' }],
    ['accents for quotes', '{´a´:`b´}', { a: 'b' }],
    ['a tuple', "('a', (1, 2))", ['a', [1, 2]]],
    ['a string in round brackets', '{"a":("b"), "c":1}', { a: 'b', c: 1 }],
    ['a scalar in a call', 'callback("b");', 'b'],
    ['a string in typographic quotes', '“b”', 'b'],
    ['a string whose quotes are escaped', String.raw`\"b\"`, 'b'],
    ['strange spaces', '{"a":\u2002\u00a01}', { a: 1 }],
    ['a closing quote that is missing before the end', '{"a":"b}', { a: 'b' }],
    ['one before the end of a fence', '```json\n{"a":["b]}\n```\nBye "you".', { a: ['b'] }],
    [
      'one before the next key',
      '{"a":"b, c,"d":"e", "f":"g,\n"h":1}',
      { a: 'b, c', d: 'e', f: 'g', h: 1 },
    ],
    ['one before the next item', '[\n"abc,\n"def"\n]', ['abc', 'def']],
    ['one before a closing bracket', '{"x":{"a":"b\n},\n"y":[]}', { x: { a: 'b' }, y: [] }],
    ['one before the next object', '[{"a":"b}, {"a":"c"}]', [{ a: 'b' }, { a: 'c' }]],
    ['an opening quote that is missing', '{"a":b", c":"d"}', { a: 'b', c: 'd' }],
    ['one of an item', '[a",b"]', ['a', 'b']],
    ['a colon that is missing', '{"a" {"b" 1}, "c":[{"d" "e"}]}', { a: { b: 1 }, c: [{ d: 'e' }] }],
    ['a typographic quote and a straight one', '{"a":"das „Wort" x"}', { a: 'das „Wort" x' }],
    [
      'an object in a string',
      '{"a":"it is {"b": "c", "d": 1}, is it not"}',
      { a: 'it is {"b": "c", "d": 1}, is it not' },
    ],
    ['the tuples of Python', '{"a":[(1, "b"), ("c",)]}', { a: [[1, 'b'], ['c']] }],
    [
      'the constants of a shell',
      `{"a":ObjectId("1"), "b":NumberLong(2), "c":ISODate('3')}`,
      { a: '1', b: 2, c: '3' },
    ],
    ['strings that are joined', `["a" +\n "b" /* c */ + 'd']`, ['abd']],
    ['a list of objects with a bracket missing', '[{"a":1,{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['quotes that are escaped, the inner ones once more', String.raw`[\"a \\"b\\"\"]`, ['a "b"']],
  ])('%s', (_, text, value) => expect(extractJson(text)).toEqual(value))

  test('a key called __proto__ is a key', () => {
    const value = extractJson("{'__proto__': {'a': 1}}") as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['__proto__'])
  })
})

test.each<[string, unknown]>([
  ['{"a":1,"b', { a: 1 }],
  ['{"a":1,"b":', { a: 1 }],
  ['{"a":[1,2,"x', { a: [1, 2, 'x'] }],
  ['{"a":tr', { a: true }],
  ['{"a":2.5e-', { a: 2.5 }],
  ['{"a":-', {}],
  ['"I am', 'I am'],
  ['nul', null],
  ['[1,2,...]', [1, 2]],
  ['```json\n[{"a":1},{', [{ a: 1 }, {}]],
])('R-71 with allowPartial %s is taken for what there is of it', (text, value) => {
  expect(extractJson(text, { allowPartial: true })).toEqual(value)
})
