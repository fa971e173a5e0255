import type { StandardSchemaV1 } from '@standard-schema/spec'

/** A schema written by hand, as small as the standard allows; a function, as ArkType's are. */
export const evenNumber: StandardSchemaV1<unknown, number> = Object.assign(() => {}, {
  '~standard': {
    version: 1 as const,
    vendor: 'by-hand',
    validate: (value: unknown): StandardSchemaV1.Result<number> =>
      typeof value === 'number' && value % 2 === 0 ? { value } : { issues: [{ message: 'odd' }] },
  },
})
