import type { FaultKind, FaultScope } from '../fault.ts'

/** What a row says of a failure; what it leaves out follows from the kind. */
export type Meaning = readonly [
  kind: FaultKind,
  scope?: FaultScope | undefined,
  retryable?: boolean | undefined,
]

/** A pattern over snake_case, so that `ModelNotFound`, `model_not_found` and "model 'x' not found" are one thing. */
export type Row = readonly [pattern: RegExp, ...Meaning]

/** How far each fault reaches when its row does not say; the rest reach no further than the request. */
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

export const STATUSES: readonly Row[] = [
  [/429/, 'rate-limited'],
  [/503|529/, 'overloaded'],
  [/408|504|524|59[89]/, 'timeout'],
  [/522/, 'timeout', 'provider'],
  // Groq's flex tier has no capacity left.
  [/498/, 'overloaded', 'model'],
  // Cloudflare: the origin's TLS is broken.
  [/52[56]/, 'network', 'provider', false],
  [/^[5-9]/, 'server'],
  // A lock was held, or it was too early: stainless SDKs and AWS try again.
  [/409|425/, 'server', 'request'],
  [/424/, 'server', 'model'],
  [/40[17]/, 'auth'],
  [/402/, 'quota-exhausted'],
  [/403/, 'permission'],
  [/451/, 'permission', 'provider'],
  [/404|410/, 'model-unavailable'],
  [/413/, 'context-window'],
  [/499/, 'aborted'],
  [/^[34]/, 'invalid-request'],
]

/**
 * Words and sentences that decide whatever the status says; sentences only as far as {@link OPEN} lets them.
 *
 * The first that fits wins, so the narrower meaning stands first.
 */
export const SAID: readonly Row[] = [
  // A bug on this side, whatever the names in it sound like.
  [/is_not_(?:a_function|defined|iterable)|cannot_read_prop/, 'unknown'],
  [
    /json_validate_failed|tool_use_failed|no_such_tool|invalid_tool_input|no_object_generated|produced_invalid/,
    'invalid-output',
  ],
  [
    /(?:unsupported|in_your)_(?:country|region|location)|(?:country|region|territory|location)_(?:is_)?not_|request_not_allowed|data_residency/,
    'permission',
    'provider',
  ],
  // Too much asked of the *output* is a parameter to fix.
  [/max_\w{0,20}tokens_must_be_less/, 'invalid-request'],
  [
    /context_(?:length|window|size|limit|exceed)|maximum_(?:prompt|input|model)_length|(?:request|prompt|input|content|payload|messages|body)_(?:\d+_tokens_)?(?:is_|are_)?too_l|input_length|reduce_the_length|token_count_(?:\w{0,30}exceed|is_)|tokens?_(?:limit_(?:reached|\d)|exceed)|too_many_(?:input_|tokens_total)|prompt_exceeds|more_than_max_tokens|payload_size|expected_max_length|new_tokens_must|at_least_1_got_(?!0)/,
    'context-window',
  ],
  [/(?:per|by|calls)_?(?:day|month)|_daily|_[rt]pd_|limit_0(?!\d|_\d|_rem)/, 'quota-exhausted'],
  // "Quota exceeded for … per_minute" and "current quota … retry in 20s" are waits, not bills.
  [/per_?(?:min|sec|base_model)|_[rt]pm_/, 'rate-limited'],
  [
    /credit_balance|(?:no|any|more|of|available|included|purchase)_credit|billing_(?:err|not|iss|hard|dis|to_be|cycle|req)|payment|insufficient_(?:\w+_)?(?:quota|bal|fund|credit)|not_enough|balance_is_ins|(?:spend|spending|budget|monthly|key)_(?:limit|cap)|usage_limit_(?:exc|reached)|reached_\w+_usage_limit|out_of_extra|quota_(?:ex|reached)|volume_quota|current_quota(?!\w*retry_(?:in|after)_)|budget_(?:has|exc)|exceeded_budget|arrear|overdue/,
    'quota-exhausted',
  ],
  [
    /content_(?:filter|manag|polic|mod|insp|exists)|(?:content|prompt|response|output)_(?:was_)?blocked|safety_(?:sys|filt|check)|^safety$|moderation|flagged|guardrail_(?:int|pol|check)|responsible_ai|prohibited_content|usage_(?:polic|guide)|blocklist|jailbreak|model_armor|^invalid_prompt$|policy_violation|data_inspection|sensitive_content/m,
    'content-filtered',
  ],
  [
    /(?:invalid|incorrect|missing|expired|unrecognized|load)_(?!header)(?:\w{1,12}_)?(?:api_?key|token|client|credential|signature(?!_in_))|api_?key_(?:\w{0,30}_)?(?:not_(?:found|valid)|inv|exp|miss|required|leak)|expired_key|authentication_(?:e|f|me)|unauthori|unauthenticated/,
    'auth',
  ],
  [/permission_(?:\w+_)?denied/, 'permission'],
  [
    /(?<!dedicated_|your_)capacity(?!_error)|high_demand|exhausted_please_try|model_not_ready|compaction_unav/,
    'overloaded',
    'model',
  ],
  [/overload|_busy|insufficient_system|high_traffic/, 'overloaded'],
  [
    /(?:model|deployment|engine)s?_\w{0,80}?(?:not_(?:found|exist|available|supported|accessible)|n_t_exist|decommission|deprecated|retired|removed|no_longer|is_invalid|end_of_its)|(?:unknown|invalid|no_such|unsupported|not_a_valid)_(?:language_)?model|no_endpoints|throughput_isn/,
    'model-unavailable',
  ],
  [
    /t_have_access|not_been_submitted|not_allowed_to|for_this_account|terms_acc|(?:organization|account)_has_been/,
    'permission',
  ],
  [/rate_?limit|too_many_requests|throttl|slow_down|concurrency_limit/, 'rate-limited'],
  [/connect_(?:timeout|etimedout)/, 'timeout', 'provider'],
  [/timed?_?out|deadline_exceeded/, 'timeout'],
  [/streaming_is_required/, 'invalid-request'],
]

/** Words that decide whatever the status says, and mean nothing in a sentence. */
export const WORDS: readonly Row[] = [
  [
    /permission|access_denied|^(?:request_)?forbidden|_blocked|_disabled|on_hold|deactivated|suspended|not_allowed/,
    'permission',
  ],
  // The customer's own encryption key could not be reached.
  [/cmek|kms_/, 'server', 'key'],
]

/** Words and sentences too vague to overrule a status, asked without one. */
export const VAGUELY_SAID: readonly Row[] = [
  // Neither a certificate nor a name that does not exist heals by waiting.
  [
    /cert_|certificate|self_signed|err_(?:ssl|tls)|eproto|enotfound|name_not_resolved|dns_error/,
    'network',
    'provider',
    false,
  ],
  [
    /invalid_(?:arg|url|protocol)|bad_port|redirect|parse_url|un(?:supported|known)_(?:protocol|scheme)/,
    'invalid-request',
  ],
  [
    /(?<!un)terminated|premature|(?:^|been_)aborted$|server_aborted|end_of_file|input_stream/m,
    'network',
    'request',
  ],
  [
    /err_headers_overflow|http_?parser|hpe_|unexpected_token_(?:html|doctype)|invalid_json_response/,
    'invalid-output',
    'provider',
    false,
  ],
  [
    /^e(?:conn|pipe|host|net|ai_)|^und_err|^z_|broken_pipe|err_(?:network|http)|goaway|net_err|socket|other_side|connection_(?:err|re|lost|clos|ab)|network_|fetch_(?:fail|res)|to_(?:fetch|open|connect)|load_failed|cannot_connect|offline/m,
    'network',
  ],
  // What is no JSON was one when it was sent: three engines say so in their own words.
  [
    /unexpected_end|unterminated|incomplete_json|malformed_server|truncated_event|stream_ended_without|missing_finish|did_not_receive_done|in_json_at|not_valid_json|json_parse(?:_error)?_unexp/,
    'incomplete',
  ],
  [/without_sending_any|contain_any_choices|no_output_gen|empty_response/, 'empty'],
  [/internal_error/, 'server'],
]

/** Words as vague (`invalid_request_error` comes with 401, 402 and 429), and of no meaning in a sentence. */
export const VAGUE_WORDS: readonly Row[] = [
  [/econnaborted/, 'timeout'],
  [/(?:^|_)(?:abort|cancel)/, 'aborted'],
  [/length_finish/, 'truncated'],
  [/model_(?:stream_)?err/, 'server', 'model'],
  [/resource_exhausted/, 'rate-limited'],
  [/unavailable/, 'overloaded'],
  [/server_e|internal|api_error$|bad_gateway/, 'server'],
  [
    /invalid_(?:req|arg|param|prompt)|bad_req|unprocess|precondition|not_found|validation_exc|unsupported/,
    'invalid-request',
  ],
  [/validation|zod|parse_error|invalid_response/, 'invalid-output', 'provider'],
]

const CLIENT =
  'context-window content-filtered invalid-request invalid-output permission overloaded model-unavailable auth quota-exhausted'
const BROKEN = 'network invalid-request invalid-output incomplete empty'

/** What sentences can still make of a fault of some kind; a kind that is not here is final. */
export const OPEN: Readonly<Partial<Record<FaultKind, string>>> = {
  'rate-limited': 'context-window quota-exhausted rate-limited overloaded',
  'quota-exhausted': 'rate-limited quota-exhausted',
  overloaded: 'overloaded auth',
  timeout: 'timeout',
  auth: 'quota-exhausted',
  server: /* @__PURE__ */ CLIENT.concat(' rate-limited'),
  'invalid-request': CLIENT,
  permission: CLIENT,
  'model-unavailable': CLIENT,
  network: BROKEN,
  'invalid-output': BROKEN,
  unknown: /* @__PURE__ */ CLIENT.concat(' rate-limited timeout server unknown ', BROKEN),
}

const PER_MODEL = /(?:per|by|for|and|associated|on_this|to_this)_model|limit_0_model|throttling_exc/
const COUNTED_PER_MODEL =
  /^\S*(?:gemini|google|vertex|groq|bedrock)|resource_exhausted|unavailable_exc|limited_upstream/

/**
 * What only the provider's name tells, or the words about whose limit it is: another model behind the same key
 * may still answer. Matched against lines: provider, words, an empty one, sentences.
 */
export const LIMITS: Readonly<Partial<Record<FaultKind, readonly Row[]>>> = {
  'rate-limited': [
    [PER_MODEL, 'rate-limited', 'model'],
    [COUNTED_PER_MODEL, 'rate-limited', 'model'],
    // Azure says "429" as a string; its gateway in front (APIM), which counts per key, has no code at all.
    [/^\S*azure\S*\n\S|\n429\n/, 'rate-limited', 'model'],
  ],
  'quota-exhausted': [[PER_MODEL, 'quota-exhausted', 'model']],
  overloaded: [
    [COUNTED_PER_MODEL, 'overloaded', 'model'],
    [/[_\n]model(?![a-z])|^openrouter|provider_overloaded/, 'overloaded', 'model'],
  ],
  // It says nothing at all of a prompt that is too long.
  'invalid-request': [[/^cerebras\n+(?:400_status.*)?$/, 'context-window']],
  // Their SDKs check every frame with zod, which loses the message of an error frame.
  'invalid-output': [[/^(?:mistral|openrouter)[^]*zod/, 'server']],
}
