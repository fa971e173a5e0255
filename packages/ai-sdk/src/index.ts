export { fallbackModel, type FallbackModelOptions } from './fallback-model.ts'
export { holdfastMiddleware } from './middleware.ts'
export {
  modelProvider,
  modelTarget,
  type AnyModel,
  type ModelRequest,
  type ModelResponse,
} from './model.ts'
export type { HoldfastMetadata } from './note.ts'
export { resilient, type ResilientModel } from './resilient.ts'
