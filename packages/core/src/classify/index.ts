export { endsAnswer, faultInAnswer, faultInFrame, type AnswerLike } from './answer.ts'
export { classify, type ClassifyOptions } from './classify.ts'
export { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.ts'
export { classifier, type FaultRow } from './rows.ts'
