export type { GivenUpBecause } from './events.ts'
export { interrupt } from './interrupt.ts'
export {
  RESTART_DEFAULTS,
  RESUME_DEFAULTS,
  type RestartOptions,
  type ResumeOptions,
} from './options.ts'
export { resume } from './resume.ts'
