export type { Alert, AlertRule, Condition, Severity } from './alerts/alert.ts'
export { Alerts, type AlertEvents } from './alerts/alerts.ts'
export { costRate, DEFAULT_RULES } from './alerts/default-rules.ts'
export { alertsToConsole, alertsToWebhook, type AlertNotice, type Send } from './alerts/sinks.ts'
export { BILLING_DEFAULTS, type BillingRule, type BillingRules } from './billing.ts'
export { costBudget } from './cost-budget/cost-budget.ts'
export { BudgetExhaustedError } from './cost-budget/errors.ts'
export type { BudgetEvents } from './cost-budget/events.ts'
export { COST_BUDGET_DEFAULTS, type CostBudgetOptions } from './cost-budget/options.ts'
export type { AttemptEntry, CallEntry } from './entry.ts'
export type { BudgetGauge, CircuitGauge } from './gauges.ts'
export type { BudgetDebited } from './heard.ts'
export { logFailures, type FailureLogger, type LogOptions } from './log/log.ts'
export { redact, type Texts } from './log/redact.ts'
export { storyOf } from './log/story.ts'
export { mergeStates } from './merge.ts'
export { monitor, type Monitor, type MonitorEvents, type Watchable } from './monitor.ts'
export { MONITOR_DEFAULTS, type MonitorOptions } from './options.ts'
export { priceTable, type ModelPrice, type PricedAt, type PriceSource } from './prices.ts'
export type { SketchState } from './sketch.ts'
export type {
  MonitorState,
  Percentiles,
  RouteMetrics,
  Snapshot,
  Spending,
  TargetMetrics,
} from './metrics.ts'
export { snapshotOf } from './snapshot.ts'
export type { Counts, FaultCounts, TallyState } from './tally.ts'
export { MESSAGES, type Messages } from './user-message/messages.ts'
export { userMessage, type UserMessageOptions } from './user-message/user-message.ts'
