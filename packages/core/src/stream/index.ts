export { collect, type Collected } from './collect.ts'
export { StreamCancelledError, StreamInterruptedError } from './errors.ts'
export { replay } from './replay.ts'
export { plain } from './seen.ts'
export type { StreamSource } from './source.ts'
export {
  openStream,
  streaming,
  STREAMING_DEFAULTS,
  type OpenOptions,
  type StreamingOptions,
} from './streaming.ts'
