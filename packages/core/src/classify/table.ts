import type { FaultKind, FaultScope } from '../fault.ts'

/** What a line says of a failure; what it leaves out follows from the kind. */
export type Meaning = readonly [
  kind: FaultKind,
  scope?: FaultScope | undefined,
  retryable?: boolean | undefined,
]

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

/** Kinds to which the message or the provider's name can still add something. */
export const OPEN_KINDS: string = `${BUSY} overloaded auth timeout ${OPEN} ${BROKEN}`

/** Words that decide whatever the status says. First match wins, so the narrower meaning stands first. */
export const WORDS: readonly Line[] = [
  [BUSY, /request_(?:is_)?too_large|reduce_the_(?:length|size)/, 'context-window'],
  [
    BUSY,
    /limit_0_(?!\d|rem)|per_day\w*per_model|(?:per|for)_model\w*per_day/,
    'quota-exhausted',
    'model',
  ],
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
    /content_(?:filter|manag|polic|mod|blocked|insp)|safety_(?:sys|filt)|^safety$|moderation|guardrail|responsible_ai|prohibited_content|usage_polic|been_flagged|was_flagged|blocklist|jailbreak|model_armor|invalid_prompt|policy_violation|data_inspection|sensitive_content/,
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
    /permission|access_denied|^(?:request_)?forbidden|_blocked|_disabled|on_hold|deactivated|suspended|not_allowed/,
    'permission',
  ],
  [
    OPEN,
    /(?:invalid|incorrect|missing|expired|unrecognized)_(?:\w{1,12}_)?(?:api_?key|token|client|credential|signature(?!_in_))|api_?key_(?:\w{0,30}_)?(?:not_found|not_valid|inv|exp|miss|required|leak)|authentication|unauthori|unauthenticated/,
    'auth',
  ],
  [
    'server unknown',
    /rate_?limit|too_many_requests|throttl|slow_down|concurrency_limit/,
    'rate-limited',
  ],
  // The customer's own encryption key could not be reached.
  [NO_TEXT, /cmek|kms_/, 'server', 'key'],
  [NO_TEXT, /connect_timeout/, 'timeout', 'provider'],
  ['unknown', /(?<!set_)timed?_?out|deadline_exceeded/, 'timeout'],
]

/** Words too vague to overrule a status (`invalid_request_error` comes with 401, 402 and 429), asked without one. */
export const LAST_WORDS: readonly Line[] = [
  [NO_TEXT, /(?:^|_)(?:abort|cancel)/, 'aborted'],
  // Neither a certificate nor a name that does not exist heals by waiting.
  [
    BROKEN,
    /cert_|certificate|self_signed|err_(?:ssl|tls)|eproto|enotfound|name_not_resolved/,
    'network',
    'provider',
    false,
  ],
  [
    BROKEN,
    /und_err_invalid_arg|invalid_(?:url|protocol)|bad_port|redirect|parse_url|unsupported_protocol/,
    'invalid-request',
  ],
  [BROKEN, /(?:^|_)terminated|premature|^aborted_ /, 'network', 'request'],
  [
    BROKEN,
    /headers_overflow|http_?parser|hpe_|unexpected_token_(?:html|doctype)|invalid_json_response/,
    'invalid-output',
    'provider',
    false,
  ],
  [NO_TEXT, /econnaborted/, 'timeout'],
  [
    'unknown',
    /^e(?:conn|pipe|host|net|ai_)|^und_err|^z_|broken_pipe|err_network|socket_(?:hang|dis|clos|err)|other_side|connection_(?:err|ref|res|lost|clos|ab)|network_(?:err|req|conn)|fetch_(?:fail|res)|to_fetch|load_failed|cannot_connect/,
    'network',
  ],
  [
    BROKEN,
    /unexpected_end|unterminated|incomplete_json|malformed_server|truncated_event|stream_ended_without|missing_finish|did_not_receive_done/,
    'incomplete',
  ],
  // What is no JSON was one when it was sent: three engines say so in their own words.
  [BROKEN, /in_json_at|not_valid_json|json_parse(?:_error)?_unexp/, 'incomplete'],
  [BROKEN, /without_sending_any|contain_any_choices|no_output_gen|empty_response/, 'empty'],
  [NO_TEXT, /length_finish/, 'truncated'],
  [NO_TEXT, /model_(?:stream_)?err/, 'server', 'model'],
  [NO_TEXT, /resource_exhausted/, 'rate-limited'],
  [NO_TEXT, /unavailable/, 'overloaded'],
  [NO_TEXT, /server_err|server_exc|internal|api_error$|bad_gateway/, 'server'],
  [
    NO_TEXT,
    /invalid_(?:req|arg|param)|bad_req|unprocess|precondition|not_found|validation_exc|unsupported/,
    'invalid-request',
  ],
  [NO_TEXT, /validation|zod|parse_error|invalid_response/, 'invalid-output', 'provider'],
]

// Their limits are counted per model or per deployment: another model behind the same key still answers.
const PER_MODEL =
  /^\S*(?:gemini|google|vertex|groq|bedrock)|resource_exhausted|per_model|throttling_exc|unavailable_exc|for_model_|upstream/

/** What only the provider's name tells, matched against "provider words… message". */
export const PROVIDERS: readonly Line[] = [
  [BUSY, PER_MODEL, BUSY, 'model'],
  // Groq's 498 is Cohere's "invalid token".
  ['overloaded', /invalid_token/, 'auth'],
  ['overloaded', PER_MODEL, 'overloaded', 'model'],
  ['overloaded', /[_ ]model_|^openrouter|provider_overloaded/, 'overloaded', 'model'],
  // Azure says "429" as a string; its gateway in front (APIM), which counts per key, has no code at all.
  [BUSY, /^\S*azure\S* \S| 429 /, BUSY, 'model'],
  // Their SDKs check every frame with zod, which loses the message of an error frame.
  ['invalid-output', /^(?:mistral|openrouter).*zod/, 'server'],
]
