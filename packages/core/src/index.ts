export {
  adaptiveTimeout,
  ADAPTIVE_TIMEOUT_DEFAULTS,
  type AdaptiveTimeoutOptions,
} from './adaptive-timeout.ts'
export {
  classifier,
  classify,
  endsAnswer,
  faultInAnswer,
  faultInFrame,
  MAX_RETRY_AFTER_MS,
  parseRetryAfter,
  type AnswerLike,
  type ClassifyOptions,
  type FaultRow,
} from './classify/index.ts'
export { asksForStream } from './asks-for-stream.ts'
export { Boards } from './boards.ts'
export { systemClock, systemRandom, type Clock } from './clock.ts'
export { contextKey, type Context, type ContextKey, type Overrides } from './context.ts'
export { deadline, type DeadlineOptions } from './deadline.ts'
export type { PipelineDescription } from './describe.ts'
export type {
  Answer,
  Dialect,
  FinishReason,
  JsonSchema,
  RequestNeeds,
  Seen,
  StreamProtocol,
  ToolCall,
  Usage,
} from './dialect.ts'
export {
  ConfigurationError,
  DeadlineExceededError,
  faultOf,
  hasCode,
  HoldfastError,
  TimeoutError,
  type FaultDetails,
} from './errors.ts'
export {
  Events,
  type AnyEvent,
  type EventHeader,
  type EventMap,
  type EventName,
  type EventOf,
  type ListenerFailure,
} from './events.ts'
export { RETRYABLE, type Classifier, type Fault, type FaultKind, type FaultScope } from './fault.ts'
export { isHandler, type CallOptions, type Handler } from './handler.ts'
export {
  health,
  type Health,
  type HealthOptions,
  type HealthState,
  type TargetHealth,
} from './health.ts'
export { keyed, type KeyedOptions } from './keyed.ts'
export { checkAtMost, quote, resolveOptions, type SettingsOf } from './options.ts'
export { CAPABILITIES, misfit } from './misfit.ts'
export { NO_ANSWER, NO_USAGE, nothingSeen } from './nothing.ts'
export { PerKey } from './per-key.ts'
export { pipeline } from './pipeline.ts'
export type { PipelineOptions } from './pipeline-options.ts'
export {
  anywhere,
  FLOORS,
  infoOf,
  place,
  type FloorName,
  type InOrder,
  type Level,
  type Next,
  type Placed,
  type Policy,
  type PolicyInfo,
  type Universal,
} from './policy.ts'
export type {
  Attempt,
  CacheNote,
  CallRecord,
  CallReport,
  Outcome,
  RunningAttempt,
  Skip,
} from './record.ts'
export { addUsage, rejectAnswer } from './report.ts'
export {
  RETRY_BUDGET_DEFAULTS,
  retryBudget,
  type RetryBudget,
  type RetryBudgetOptions,
} from './retry-budget.ts'
export { RollingCounts, type Slot } from './rolling-counts.ts'
export {
  boolean,
  callable,
  either,
  faultKinds,
  faultKindsBut,
  having,
  integer,
  isRecord,
  milliseconds,
  millisecondsOrForever,
  number,
  oneOf,
  optional,
  ratio,
  record,
  rule,
  text,
  type Rule,
  type Rules,
} from './rules.ts'
export { AbortScope, abortScope } from './scope.ts'
export {
  carry,
  isSeam,
  liveOf,
  settled,
  type AnswerStream,
  type Break,
  type Recover,
  type Seam,
  type Sequel,
  type StreamTap,
} from './live.ts'
export { isPromiseLike } from './promised.ts'
export type { PipelineShape } from './shape.ts'
export { sleep } from './sleep.ts'
export { readSnapshot, takeSnapshot, type Snapshot, type SnapshotFormat } from './snapshot.ts'
export { stackless } from './stackless.ts'
export { standIn } from './stand-in.ts'
export { targetId } from './targets.ts'
export type { Capabilities, Price, Provider, Target, TargetInfo } from './target.ts'
export { timeout, type TimeoutOptions } from './timeout.ts'
