export { check, type Check, type Verdict } from './check.ts'
export {
  BadAnswerError,
  ContentFilteredError,
  EmptyAnswerError,
  InvalidOutputError,
  RefusedError,
  TruncatedAnswerError,
  type CutKind,
  type Issue,
} from './errors.ts'
export { extractJson, NoJsonError, type ExtractJsonOptions } from './extract/extract-json.ts'
export type { NoJsonReason } from './extract/candidates.ts'
export { json } from './json.ts'
export {
  detectRefusal,
  type DetectRefusalOptions,
  type RefusalVerdict,
} from './refusal/detect-refusal.ts'
export { NOT_EMPTY_DEFAULTS, notEmpty, type NotEmptyOptions } from './not-empty.ts'
export { notRefused } from './not-refused.ts'
export { notTruncated } from './not-truncated.ts'
export type { Schema } from './schema.ts'
export { structured } from './structured.ts'
