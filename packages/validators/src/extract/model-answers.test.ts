import { describe, expect, test } from 'vitest'

import { extractJson, NoJsonError } from './extract-json.ts'

const outcome = (text: string): unknown => {
  try {
    return extractJson(text)
  } catch (error) {
    if (!NoJsonError.is(error)) throw error
    return error.reason
  }
}

/** Texts as models write them when they are asked for JSON, and what a reader of them would say they mean. */
describe('what models write around JSON', () => {
  test.each<[string, unknown]>([
    [
      'Sure! Here is the JSON you asked for:\n\n```json\n{"name": "Ada", "age": 36}\n```\n\nLet me know!',
      { name: 'Ada', age: 36 },
    ],
    [
      'Here is the result: {"sentiment": "positive", "score": 0.93}',
      { sentiment: 'positive', score: 0.93 },
    ],
    ['{"ok": true}\n\nNote: I assumed UTC (see [1]).', { ok: true }],
    ['**Answer**\n\n~~~json\n{"id": 7}\n~~~', { id: 7 }],
    ['````markdown\n```json\n{"id": 7}\n```\n````', { id: 7 }],
    ['<think>\nMaybe {"city": "Rome"}? No.\n</think>\n\n{"city": "Paris"}', { city: 'Paris' }],
    ['<reasoning>They want a list: ["x"].</reasoning>```json\n["a", "b"]\n```', ['a', 'b']],
    ['The draft was {"v": 1}. After review, this is final: {"v": 2}', { v: 2 }],
    ['```json\n{"a": 1}\n```\nand\n```json\n{"a": 1, "b": 2}\n```', { a: 1, b: 2 }],
    ['json\n{"a": 1}', { a: 1 }],
    ['JSON: {"a": [1, 2, 3]}', { a: [1, 2, 3] }],
    ['<json>{"a": 1}</json>', { a: 1 }],
    ['<answer>\n{"a": {"b": []}}\n</answer>', { a: { b: [] } }],
    ['Output:\n[{"id": 1}, {"id": 2}]\nDone.', [{ id: 1 }, { id: 2 }]],
    ['"{\\"a\\": 1}"', '{"a": 1}'],
    ['{\\"a\\": 1, \\"b\\": \\"x\\"}', { a: 1, b: 'x' }],
    ['const result = {"a": 1};', { a: 1 }],
    ['print({"a": None, "b": True})', { a: null, b: true }],
    ['I used the `map` function, then got `{"total": 12}`.', { total: 12 }],
    ['```\nHere: {"a": 1}\n```', { a: 1 }],
  ])('%j', (text, value) => expect(outcome(text)).toEqual(value))
})

describe('what models get wrong in JSON', () => {
  test.each<[string, unknown]>([
    ['{"items": ["a", "b",], "n": 2,}', { items: ['a', 'b'], n: 2 }],
    ['{\n  "a": 1, // the first\n  "b": 2 /* the last */\n}', { a: 1, b: 2 }],
    ['{\n  "a": 1, # the first\n  "b": 2\n}', { a: 1, b: 2 }],
    ["{'name': 'O'Brien', 'active': True}", { name: "O'Brien", active: true }],
    ['{“title”: “Dune”, “year”: 1965}', { title: 'Dune', year: 1965 }],
    ['{title: "Dune", year: 1965}', { title: 'Dune', year: 1965 }],
    ['{"text": "first line\nsecond line", "n": 1}', { text: 'first line\nsecond line', n: 1 }],
    ['{"quote": "She said "no" and left.", "n": 1}', { quote: 'She said "no" and left.', n: 1 }],
    ['{"quote": ""No", she said.", "n": 1}', { quote: '"No", she said.', n: 1 }],
    [
      '{"code": "print("hi")\nprint("bye")", "lang": "python"}',
      { code: 'print("hi")\nprint("bye")', lang: 'python' },
    ],
    ['{"html": "<a href="x.html">x</a>", "n": 1}', { html: '<a href="x.html">x</a>', n: 1 }],
    ['{"size": "a 27" display", "n": 1}', { size: 'a 27" display', n: 1 }],
    ['{"re": "^\\d+$", "path": "C:\\Users"}', { re: '^\\d+$', path: 'C:\\Users' }],
    ['{\n  "a": "x"\n  "b": "y"\n}', { a: 'x', b: 'y' }],
    ['[{"id": 1} {"id": 2}]', [{ id: 1 }, { id: 2 }]],
    ['{"a": [{"b": 1}, {"b": 2}, "c": 3}', 'broken'],
    ['{"a": {"b": [1, 2}, "c": 3}', { a: { b: [1, 2] }, c: 3 }],
    ['```json\n{\n  "a": "x,\n  "b": "y"\n}\n```', { a: 'x', b: 'y' }],
    ['```json\n{\n  "a": {\n    "b": "x\n  },\n  "c": 1\n}\n```', { a: { b: 'x' }, c: 1 }],
    ['{"name": John", "age": 3}', { name: 'John', age: 3 }],
    ['{"name": "John", age": 3}', { name: 'John', age: 3 }],
    ['{"arguments": "{"city": "Paris"}"}', { arguments: '{"city": "Paris"}' }],
    [
      '{"why": "the tool gave {"ok": false}, so I stopped"}',
      { why: 'the tool gave {"ok": false}, so I stopped' },
    ],
    ['{"big": 1_000_000, "half": .5, "plus": +1}', { big: 1e6, half: 0.5, plus: 1 }],
    ['{"_id": ObjectId("65a1"), "n": NumberInt(3)}', { _id: '65a1', n: 3 }],
    [
      "{'price': Decimal('9.90'), 'at': Timestamp('2024-05-01')}",
      { price: '9.90', at: '2024-05-01' },
    ],
    ['{"point": (1.5, 2)}', { point: [1.5, 2] }],
    ['{"long": "one " +\n  "two"}', { long: 'one two' }],
    ['{"a": 1}}', { a: 1 }],
  ])('%j', (text, value) => expect(outcome(text)).toEqual(value))
})

describe('what cannot be had of an answer', () => {
  test.each<[string, string]>([
    ['I am sorry, but I cannot produce that as JSON.', 'no-json'],
    ['The set {1, 2, 3} has three members.', 'no-json'],
    ['Use `arr[0]` or `{}` here; see [the docs](https://a.b).', 'no-json'],
    ['', 'no-json'],
    ['```json\n{"items": [{"id": 1}, {"id": 2}, {"id"', 'truncated'],
    ['{"summary": "The report says that revenue', 'truncated'],
    ['Here you go: [{"a": 1}, {"a": 2},', 'truncated'],
    ['{"a": [1, 2, ...]}', 'truncated'],
    ['<think>So the object is {"a": 1}', 'truncated'],
    ['{"total": 3 * 4}', 'broken'],
    ['{"total": SUM(4)}', 'broken'],
    ['{"a": , "b": 2}', 'broken'],
    ['{"note": "a "lone quote", "b": 1}', 'broken'],
    ['{"tags": ["a, b, "c"]}', 'broken'],
    ['{"a": "x" "b": "y" "c"}', 'broken'],
  ])('%j: %s', (text, reason) => expect(outcome(text)).toBe(reason))
})
