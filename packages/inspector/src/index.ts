export { inspector, type Inspector } from './inspector.ts'
export { INSPECTOR_DEFAULTS, type InspectorOptions } from './options.ts'
export type { Mark, Point, Recording, RunningCall, SeenAttempt, SeenCall } from './seen.ts'
export { LISTEN_DEFAULTS, type Listening, type ListenOptions } from './serve.ts'
