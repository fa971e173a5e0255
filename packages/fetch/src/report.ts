import type { CallReport } from '@holdfast/core'

import type { FetchRequest } from './request.ts'

/** What one call did, and how often the SDK around it had tried before. */
export interface FetchReport extends CallReport {
  /** 0 for the SDK's first request; more means that the SDK retries on top of the policies. */
  readonly hostRetries: number
}

const reports = new WeakMap<Response, Promise<FetchReport>>()

/**
 * What the call of this response did: attempts, usage, who served it. Settles when the answer is over, for a stream when it
 * is read; undefined for a response that no `resilientFetch` has given, and for one that says that all attempts failed.
 *
 * @example
 * const { data, response } = await openai.chat.completions.create(body).withResponse()
 * const { attempts, served } = await reportOf(response)
 */
export const reportOf = (response: Response): Promise<FetchReport> | undefined =>
  reports.get(response)

export function keep(response: Response, report: Promise<CallReport>, hostRetries: number): void {
  reports.set(
    response,
    report.then((known) => ({ ...known, hostRetries })),
  )
}

/** How often the SDK around this has sent the same request before: OpenAI's, Anthropic's and Groq's say it. */
export const retriesOf = ({ headers }: FetchRequest): number =>
  Number(headers['x-stainless-retry-count'] ?? 0) || 0
