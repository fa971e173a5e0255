export type { Answerer, ChaosAnswer, ScriptedAnswers } from './answers/answer.ts'
export {
  invoicePrompt,
  isCorrectInvoice,
  readInvoice,
  type Invoice,
  type InvoiceItem,
} from './answers/invoice.ts'
export { answerFor, isCorrect } from './answers/text.ts'
export { statsOf, type LogEntry, type Stats } from './books.ts'
export { ScenarioError } from './check.ts'
export type { ChaosToolCall } from './completion.ts'
export type { FaultName, FaultOptions, FaultSpec, ProblemOptions } from './faults/fault.ts'
export { FAULT_NAMES } from './faults/table.ts'
export type { Hint } from './hints.ts'
export type { Latency } from './latency.ts'
export type { Place, Point } from './place.ts'
export type { CutEnd, Missing } from './plan.ts'
export type { ProblemName } from './problems/problem.ts'
export type { ChaosRequest, Endpoint, JsonObject } from './request.ts'
export { SCENARIOS } from './scenario/built-in.ts'
export type { Phase, Scenario } from './scenario/scenario.ts'
export { startFaultServer, type FaultServer, type FaultServerOptions } from './server.ts'
