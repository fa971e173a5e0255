import type { FaultKind, FaultScope } from '../fault.ts'

/**
 * What a provider's word, status or sentence means. First match wins, so the narrower meaning stands first.
 * `docs/faults.md` explains the order in which the four tables are asked.
 */
export type Meaning = readonly [kind: FaultKind, scope?: FaultScope, retryable?: boolean]

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

type WordLine = readonly [RegExp, ...Meaning]

/**
 * Words that decide whatever the status says, matched against codes first and types second, both in
 * snake_case: `insufficient_quota`, `ThrottlingException` and `MODEL_CAPACITY_EXHAUSTED` are of one kind of thing.
 */
export const WORDS: readonly WordLine[] = [
  [/per_day.*per_model|per_model.*per_day/, 'quota-exhausted', 'model'],
  [
    /per_day|_daily|billing|payment|credit(?!en)|quota_exce|quota_exh|insufficient_(?:quota|bal|fund)|exceeded_\w*quota|arrear|overdue/,
    'quota-exhausted',
  ],
  [/(?:spend|usage|budget|contract|cost|monthly)\w*_limit/, 'quota-exhausted'],
  [/json_validate_failed|tool_use_failed|malformed/, 'invalid-output'],
  [
    /context_(?:length|window|size)|(?:prompt|input|request|payload|content|entity)_too_l|exceed_context/,
    'context-window',
  ],
  [
    /content_(?:filter|policy|mod|block)|moderat|safety|guardrail|responsible_ai|prohibited|blocklist|jailbreak/,
    'content-filtered',
  ],
  [
    /invalid_prompt|usage_policy|bio_policy|misalign|policy_violation|model_armor|inspection_failed|recitation|sensitive/,
    'content-filtered',
  ],
  [
    /unsupported_(?:country|region|loc)|(?:region|country|geo|location)_(?:not|block|unsup|restr)|data_residency/,
    'permission',
    'provider',
  ],
  [/model_not_ready|capacity|_unavailable_model|compaction_unavail/, 'overloaded', 'model'],
  [
    /model_(?:not|un|does|decom|depre|retired|is_not)|(?:unknown|invalid|unsupported|no_such)_model|(?:deployment|engine)_(?:not|unk)/,
    'model-unavailable',
  ],
  [
    /permission|access_denied|forbidden|_blocked|_disabled|on_hold|deactivated|suspended|not_allowed/,
    'permission',
  ],
  [
    /api_?key|authenti|unauthori|(?:invalid|expired|missing|unrecogni[sz]ed)_(?:\w+_)?(?:token|client|cred|sig)/,
    'auth',
  ],
  [/overload|insufficient_system_resource|engine_busy|server_busy/, 'overloaded'],
  [
    /rate_?limit|too_many_requests|throttl|slow_down|ramp_limit|per_minute|per_second|concurren\w+_limit/,
    'rate-limited',
  ],
  // The customer's own encryption key could not be reached.
  [/cmek|_kms|kms_/, 'server', 'key'],
  [/connect_timeout/, 'timeout', 'provider'],
  [/timed?_?out|deadline_exceeded/, 'timeout'],
]

/**
 * Words too vague to overrule a status (`invalid_request_error` comes with 401, 402, 429), transport codes and
 * names of errors: asked when there is no failing status.
 */
export const LAST_WORDS: readonly WordLine[] = [
  [/(?:^|_)(?:abort|cancel)/, 'aborted'],
  // A certificate does not heal by waiting, nor does a name that does not exist.
  [
    /cert|self_signed|unable_to_(?:verify|get)|err_(?:ssl|tls)|eproto/,
    'network',
    'provider',
    false,
  ],
  [/enotfound|name_not_resolved/, 'network', 'provider', false],
  [/und_err_invalid_arg|invalid_(?:url|protocol)|content_length_mismatch/, 'invalid-request'],
  [/headers_overflow|parser|^hpe_/, 'invalid-output', 'provider', false],
  [/econnaborted/, 'timeout'],
  [
    /^e(?:conn|pipe|host|net|ai_|addr)|^und_err|socket|connection|premature|broken_pipe|^z_|^err_(?:network|stream|http2)/,
    'network',
  ],
  [/model_(?:stream_)?err/, 'server', 'model'],
  [/resource_exhausted/, 'rate-limited'],
  [/unavailable/, 'overloaded'],
  [/server_err|server_exc|internal|api_error|bad_gateway|provider_/, 'server'],
  [/length_finish/, 'truncated'],
  [/empty_response|no_output|no_content_gen/, 'empty'],
  [
    /invalid_req|bad_req|invalid_arg|unprocess|precondition|not_found|^validation_exc|unsupported|too_large/,
    'invalid-request',
  ],
  [/validation|zod|parse_error|invalid_response/, 'invalid-output', 'provider'],
]

/** Statuses that mean something of their own; of the rest, 5xx is `server` and 4xx `invalid-request`. */
export const STATUSES: Readonly<Record<number, Meaning>> = {
  401: ['auth'],
  402: ['quota-exhausted'],
  403: ['permission'],
  404: ['model-unavailable'],
  407: ['auth'],
  408: ['timeout'],
  // Stainless SDKs and AWS use it for a lock that was held: the next try finds it free.
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

type TextLine = readonly [from: string, text: RegExp, ...Meaning]

const OPEN = 'invalid-request permission model-unavailable unknown server'

/**
 * What the message adds, asked only of faults that words and statuses leave open (`from`): a 400 may be a full
 * context window, a 403 an empty purse. Narrow on purpose, since messages quote users and models.
 */
export const TEXTS: readonly TextLine[] = [
  ['rate-limited', /request (?:is )?too large|reduce the (?:length|size)/i, 'context-window'],
  ['rate-limited unknown', /\blimit: 0\b/i, 'quota-exhausted', 'model'],
  [
    `rate-limited auth ${OPEN}`,
    /credit balance|insufficient (?:bal|credit|fund|quota)|(?:available|more|of|no|your|prepay\w*) credits|credits? (?:are |is )?(?:depl|exh)|billing (?:iss|hard|info)|spend\w* limit|usage limit|(?:per|a)[ -_]day|daily (?:limit|quota)|monthly|\b[rt]pd\b/i,
    'quota-exhausted',
  ],
  [
    'rate-limited',
    /capacity|high demand|model\b.*overload|exhausted, please try/i,
    'overloaded',
    'model',
  ],
  ['overloaded', /\bmodel\b/i, 'overloaded', 'model'],
  [`rate-limited ${OPEN}`, /overloaded/i, 'overloaded'],
  // R-19: "Quota exceeded for … per_minute" and "retry in 20s" are waits, not bills.
  ['rate-limited', /per.?(?:min|sec)|\b[rt]pm\b|(?:again|retry) (?:in|after)\b/i, 'rate-limited'],
  ['rate-limited', /current quota.*billing/i, 'quota-exhausted'],
  // Too much asked of the *output* is a parameter to fix, though Cohere begins it with "too many tokens".
  [
    OPEN,
    /max(?:imum)? tokens (?:must be less|you requested)|maximum (?:\w+ ){0,4}output|at most \d+ (?:completion|output)/i,
    'invalid-request',
  ],
  [
    OPEN,
    /(?:maximum|max|model's) (?:context|prompt|input)[\w ]* length|context (?:length|window|size|limit)|(?:prompt|input|messages?) (?:is|are) too (?:long|large)|too large for model|input token count|input tokens? exceed|too many (?:input )?tokens|max_tokens must be at least 1, got -|reduce the (?:length|size) of/i,
    'context-window',
  ],
  [
    OPEN,
    /content (?:filter|management|polic|moderation)|safety (?:system|filter)|usage polic|(?:was|been) flagged|requires moderation|guardrail|prohibited content|inappropriate content/i,
    'content-filtered',
  ],
  [
    OPEN,
    /(?:country|region|territory|location)\b[\w ,]*not (?:supp|avail|allow)|not (?:available|supported) in your (?:country|region)|^request not allowed/im,
    'permission',
    'provider',
  ],
  [
    OPEN,
    /(?:invalid|incorrect|missing|expired|no) (?:\w+ )?(?:api|access|auth\w*|subscription)[ _-]?(?:key|token)|api[ _-]?key\b.*(?:not (?:found|valid)|invalid|expired|missing|required)|unauthori[sz]ed/i,
    'auth',
  ],
  [
    OPEN,
    /\b(?:model|deployment|engine)s?\b(?:[^.]|\.\S){0,80}(?:not (?:found|exist|available|supported|accessible)|n't exist|decommissioned|deprecated|retired|no longer|is invalid)|(?:unknown|invalid|no such|unsupported) model|no endpoints found/i,
    'model-unavailable',
  ],
  [
    'model-unavailable invalid-request',
    /not been submitted|don't have access|do not have access/i,
    'permission',
  ],
  // A 404 that does not speak of a model is a wrong URL or a missing file, not a retired model.
  ['model-unavailable', /^(?!.*(?:model|deployment|engine))./is, 'invalid-request'],
  [
    'unknown network',
    /bad port|redirect|parse url|invalid url|unsupported protocol/i,
    'invalid-request',
  ],
  ['unknown network', /\bterminated\b|^aborted$|premature/im, 'network', 'request'],
  [
    'unknown',
    /fetch failed|failed to fetch|networkerror|load failed|network (?:request|connection)|connection (?:error|refused|reset)|cannot connect|socket hang up|other side closed/i,
    'network',
  ],
  ['unknown', /without sending any|not contain any choices|no output generated/i, 'empty'],
  [
    'unknown invalid-output',
    /unexpected end of|unterminated string|incomplete json|malformed server-sent|truncated event|stream ended without|missing finish_reason|did not receive done/i,
    'incomplete',
  ],
  [
    'unknown invalid-output',
    /unexpected token '?<|invalid json response/i,
    'invalid-output',
    'provider',
    false,
  ],
  ['unknown', /timed? ?out/i, 'timeout'],
  ['unknown', /too many requests|rate.?limit/i, 'rate-limited'],
]

// Their limits are counted per model or per deployment: another model behind the same key still answers.
const COUNTS_PER_MODEL =
  /^\S*(?:gemini|google|vertex|groq|bedrock)|resource_exhausted|per_model|throttling_exc|service_unavailable_exc|for model `|upstream/

/** What only the provider's name tells, matched against `provider words…` and then the text. */
export const PROVIDERS: readonly TextLine[] = [
  ['rate-limited', COUNTS_PER_MODEL, 'rate-limited', 'model'],
  ['overloaded', COUNTS_PER_MODEL, 'overloaded', 'model'],
  // Azure says "429" as a string; its gateway in front (APIM), which counts per key, has no code at all.
  ['rate-limited', /^\S*azure\S* \S| 429\b/, 'rate-limited', 'model'],
  // A router's overloaded provider is overloaded for this model.
  ['overloaded', /^\S*openrouter|provider_overloaded/, 'overloaded', 'model'],
  // Their SDKs check every frame with zod, which loses an error frame's own message.
  ['invalid-output', /^\S*(?:mistral|openrouter)\S* .*zod_error/, 'server'],
]
