export { testClock, type TestClock, type TestClockOptions } from './clock.ts'
export { httpError, type HttpError, type HttpErrorOptions } from './http-error.ts'
export { seededRandom } from './random.ts'
export { recordEvents, type RecordedEvents } from './record-events.ts'
export {
  after,
  fail,
  hang,
  script,
  type Cue,
  type ScriptedCall,
  type ScriptedProvider,
  type Step,
} from './script.ts'
export { settle } from './settle.ts'
