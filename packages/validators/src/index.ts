export {
  allOf,
  anyOf,
  check,
  CHECK_DEFAULTS,
  type Check,
  type CheckOptions,
  type Verdict,
} from './check.ts'
export { truncationOf, type Truncation } from './cut-shape.ts'
export {
  BadAnswerError,
  ContentFilteredError,
  EmptyAnswerError,
  InvalidOutputError,
  RefusedError,
  TruncatedAnswerError,
  type CutKind,
  type EmptyCause,
  type Issue,
} from './errors.ts'
export { extractJson, NoJsonError, type ExtractJsonOptions } from './extract/extract-json.ts'
export type { NoJsonReason } from './extract/candidates.ts'
export type { RefusalWay } from './events.ts'
export { json, JSON_DEFAULTS, type JsonOptions } from './json.ts'
export {
  detectRefusal,
  type DetectRefusalOptions,
  type RefusalVerdict,
} from './refusal/detect-refusal.ts'
export { NOT_EMPTY_DEFAULTS, notEmpty, type NotEmptyOptions } from './not-empty.ts'
export { NOT_REFUSED_DEFAULTS, notRefused, type NotRefusedOptions } from './not-refused.ts'
export {
  NOT_TRUNCATED_DEFAULTS,
  notTruncated,
  truncation,
  type NotTruncatedOptions,
} from './not-truncated.ts'
export type { Schema } from './schema.ts'
export { structured } from './structured.ts'
export type { Repair } from './parse.ts'
export type { JsonReask } from './reask.ts'
