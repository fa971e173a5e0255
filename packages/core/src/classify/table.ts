import type { FaultKind, FaultScope } from '../fault.ts'

/** What a line says of a failure; what it leaves out follows from the kind. */
export type Meaning = readonly [kind: FaultKind, scope?: FaultScope, retryable?: boolean]

/**
 * One line: a pattern over snake_case, so that `ModelNotFound`, `model_not_found` and "model 'x' not found" are
 * one thing. It always reads the provider's words; it reads the message only of faults whose kind is in `from`.
 */
export type Line = readonly [from: string, pattern: RegExp, ...Meaning]

/** How far each fault reaches when its line does not say; the rest reach no further than the request. */
export const SCOPES: Readonly<Partial<Record<FaultKind, FaultScope>>> = {
  'rate-limited': 'key',
  'quota-exhausted': 'key',
  auth: 'key',
  permission: 'key',
  'model-unavailable': 'model',
  overloaded: 'provider',
  server: 'provider',
  network: 'provider',
}

/** Statuses that mean something of their own; of the rest, 5xx is `server` and 3xx and 4xx `invalid-request`. */
export const STATUSES: Readonly<Record<number, Meaning>> = {
  401: ['auth'],
  402: ['quota-exhausted'],
  403: ['permission'],
  404: ['model-unavailable'],
  407: ['auth'],
  408: ['timeout'],
  // A lock was held, so stainless SDKs and AWS try again.
  409: ['server', 'request'],
  410: ['model-unavailable'],
  413: ['context-window'],
  424: ['server', 'model'],
  425: ['server', 'request'],
  429: ['rate-limited'],
  451: ['permission', 'provider'],
  // Groq's flex tier has no capacity left.
  498: ['overloaded', 'model'],
  499: ['aborted'],
  503: ['overloaded'],
  504: ['timeout'],
  522: ['timeout', 'provider'],
  524: ['timeout'],
  // Cloudflare: the origin's TLS is broken.
  525: ['network', 'provider', false],
  526: ['network', 'provider', false],
  529: ['overloaded'],
  598: ['timeout'],
  599: ['timeout'],
}

const NO_TEXT = ''
const BUSY = 'rate-limited'
const OPEN = 'invalid-request permission model-unavailable unknown server'
const BROKEN = 'unknown network invalid-output'

/** Words that decide whatever the status says. First match wins, so the narrower meaning stands first. */
export const WORDS: readonly Line[] = [
  [BUSY, /request_(?:is_)?too_large|reduce_the_(?:length|size)/, 'context-window'],
  [BUSY, /limit_0_|per_day\w*per_model|per_model\w*per_day/, 'quota-exhausted', 'model'],
  [BUSY, /per_?day|_daily|_[rt]pd_/, 'quota-exhausted'],
  // "Quota exceeded for … per_minute" and "retry in 20s" are waits, not bills.
  [BUSY, /per_?(?:min|sec)|_[rt]pm_|(?:again|retry)_(?:in|after)_/, 'rate-limited'],
  [
    `${BUSY} auth ${OPEN}`,
    /credit_?balance|credits|billing_(?:err|not|iss|hard)|payment_(?:req|info)|insufficient_(?:quota|bal|fund|credit)|(?:spend|spending|usage|budget|monthly)_limit|quota_exce|quota_exh|current_quota|arrear|overdue/,
    'quota-exhausted',
  ],
  [NO_TEXT, /json_validate_failed|tool_use_failed|malformed/, 'invalid-output'],
  // Too much asked of the *output* is a parameter to fix, though Cohere begins it with "too many tokens".
  [
    OPEN,
    /max(?:imum)?_tokens_(?:must_be_less|you_req)|maximum_(?:[a-z]+_){0,4}output|at_most_\d+_(?:completion|output)/,
    'invalid-request',
  ],
  [
    OPEN,
    /context_(?:length|window|size|limit)|maximum_(?:prompt|input)_length|(?:prompt|input|content|entity|payload|messages)_(?:is_|are_)?too_l|input_token_count|input_tokens_exceed|too_many_(?:input_)?tokens|at_least_1_got_(?!0)/,
    'context-window',
  ],
  [
    OPEN,
    /content_(?:filter|manag|polic|mod|block|insp)|safety_(?:sys|filt)|^safety$|moderation|guardrail|responsible_ai|prohibited_content|usage_polic|been_flagged|was_flagged|blocklist|jailbreak|model_armor|invalid_prompt|policy_violation|data_inspection|sensitive_content/,
    'content-filtered',
  ],
  [
    OPEN,
    /unsupported_(?:country|region|location)|(?:region|territory|country|location)_(?:is_)?not_(?:supp|avail|allow)|_in_your_(?:country|region)|request_not_allowed|data_residency/,
    'permission',
    'provider',
  ],
  [
    `${BUSY} server`,
    /capacity|high_demand|exhausted_please_try|model_not_ready|compaction_unav|model_\w{0,40}overload/,
    'overloaded',
    'model',
  ],
  [`${BUSY} ${OPEN}`, /overload|too_busy|server_busy|insufficient_system/, 'overloaded'],
  [
    OPEN,
    /(?:model|deployment|engine)s?_\w{0,80}?(?:not_(?:found|exist|available|supported|accessible)|n_t_exist|decommission|deprecated|retired|no_longer|is_invalid)|(?:unknown|invalid|no_such|unsupported)_model|no_endpoints/,
    'model-unavailable',
  ],
  [
    'model-unavailable invalid-request',
    /not_been_submitted|t_have_access|ot_have_access/,
    'permission',
  ],
  [
    NO_TEXT,
    /permission|access_denied|forbidden|_blocked|_disabled|on_hold|deactivated|suspended|not_allowed/,
    'permission',
  ],
  [
    OPEN,
    /(?:invalid|incorrect|missing|expired|unrecognized)_(?:\w{1,12}_)?(?:api_?key|token|client|credential|signature)|api_?key_(?:\w{0,30}_)?(?:not_|inv|exp|miss|req|leak)|authentication|unauthori|unauthenticated/,
    'auth',
  ],
  // A 404 that does not speak of a model is a wrong URL or a missing file, not a retired model.
  ['model-unavailable', /^(?!.*(?:model|deployment|engine)).*_/, 'invalid-request'],
  [
    'server unknown',
    /rate_?limit|too_many_requests|throttl|slow_down|concurrency_limit/,
    'rate-limited',
  ],
  // The customer's own encryption key could not be reached.
  [NO_TEXT, /cmek|kms_/, 'server', 'key'],
  [NO_TEXT, /connect_timeout/, 'timeout', 'provider'],
  ['unknown', /timed?_?out|deadline_exceeded/, 'timeout'],
]
