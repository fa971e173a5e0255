import { describe, expect, test } from 'vitest'

import type { Clause } from './clauses/clause.ts'
import type { PolicySubject } from './clauses/harness.ts'
import { POLICY_CLAUSES } from './clauses/policy-clauses.ts'
import { STORE_CLAUSES, type StoreLike, type StoreSubject } from './clauses/store-clauses.ts'

export type { PolicySubject, TestRequest } from './clauses/harness.ts'
export type { StoredSample, StoreLike, StoreSubject } from './clauses/store-clauses.ts'

/** What a contract suite can be told. */
export interface ContractOptions {
  /**
   * Clauses that cannot hold here, each by its sentence and with the reason why not. They are run all the same, and
   * must fail: an exception that is no longer needed is an error.
   *
   * @default none
   */
  readonly except?: Readonly<Record<string, string>>
}

/** How the suite lets time pass for the stores it makes. */
export interface StoreContractOptions extends ContractOptions {
  /** Turns the store's clock, or waits where time is real. */
  readonly advance: StoreSubject['advance']
}

/**
 * Declares the tests that every policy must pass: `policyContract('retry', () => retry())`.
 * Each test asks `create` for a fresh policy.
 *
 * @throws Error when `except` names a clause that there is not, or gives no reason
 */
export const policyContract = (
  name: string,
  create: PolicySubject,
  options: ContractOptions = {},
): void => declare(`${name} keeps the contract of a policy`, POLICY_CLAUSES, create, options)

/**
 * Declares the tests that every cache store must pass:
 * `storeContract('memory', () => memoryStore({ clock }), { advance: clock.advance })`.
 *
 * @throws Error when `except` names a clause that there is not, or gives no reason
 */
export const storeContract = (
  name: string,
  create: () => StoreLike | PromiseLike<StoreLike>,
  options: StoreContractOptions,
): void =>
  declare(
    `${name} keeps the contract of a store`,
    STORE_CLAUSES,
    { create, advance: options.advance },
    options,
  )

const declare = <Subject>(
  title: string,
  clauses: readonly Clause<Subject>[],
  subject: Subject,
  { except = {} }: ContractOptions,
): void => {
  for (const [says, reason] of Object.entries(except)) {
    if (!clauses.some((clause) => clause.says === says))
      throw new Error(`${title}: there is no clause '${says}'`)
    if (reason.trim() === '') throw new Error(`${title}: say why '${says}' cannot hold`)
  }
  // oxlint-disable-next-line vitest/valid-title -- it is a string
  describe(title, () => {
    for (const { says, check } of clauses) {
      const reason = Object.hasOwn(except, says) ? except[says] : undefined
      const name = reason === undefined ? says : `except: ${says} (${reason})`
      const kept = (): Promise<void> => check(subject)
      const broken = (): Promise<void> => expect(kept()).rejects.toBeInstanceOf(Error)
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the clause asserts, in its own words
      test(name, reason === undefined ? kept : broken)
    }
  })
}
