import type { Universal } from '@holdfast/core'

import { validator } from './validator.ts'
import { filtered, refused } from './verdict.ts'

/** Rejects an answer that the model declined to give, or that the provider's filter stopped, where the wire says so. */
export const notRefused = (): Universal<'notRefused', 8> =>
  validator('notRefused', (answer) => {
    const error = filtered(answer) ?? refused(answer)
    if (error !== undefined) throw error
  })
