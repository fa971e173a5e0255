import type { Universal } from '@holdfast/core'

import { validator } from './validator.ts'
import { cut, filtered } from './verdict.ts'

/** Rejects an answer that is not whole: cut by the token limit, the context window, the content filter or the provider. */
export const notTruncated = (): Universal<'notTruncated', 8> =>
  validator('notTruncated', (answer) => {
    const error = filtered(answer) ?? cut(answer)
    if (error !== undefined) throw error
  })
