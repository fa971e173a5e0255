import { policyContract } from '@holdfast/testing/contract'
import { z } from 'zod'

import { check, json, notEmpty, notRefused, notTruncated } from './index.ts'

const undefinedIsEmpty = {
  except: { 'passes an undefined answer through (T31)': 'an undefined answer is an empty one' },
}

policyContract('notEmpty', () => notEmpty(), undefinedIsEmpty)
policyContract('notTruncated', () => notTruncated())
policyContract('notRefused', () => notRefused())
policyContract('json', () => json(z.unknown()), undefinedIsEmpty)
policyContract(
  'json with an asynchronous schema',
  () => json(z.unknown().refine(() => Promise.resolve(true))),
  undefinedIsEmpty,
)
policyContract('check', () => check(() => true))
policyContract('an asynchronous check', () => check(() => Promise.resolve(true), { buffer: true }))
