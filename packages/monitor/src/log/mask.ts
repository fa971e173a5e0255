/** Credentials by their shape: keys of providers and clouds, tokens, and what stands behind "Bearer". */
const CREDENTIALS: readonly RegExp[] = [
  // OpenAI, Anthropic, OpenRouter, Stripe-like: sk-…, sk-ant-…, pk_…
  /(?<![a-z0-9])[sprk]k[-_][\w-]{8,}/gi,
  // Google, AWS, GitHub, GitLab, NVIDIA, Perplexity, Hugging Face, Groq, xAI, Slack, Replicate.
  /\b(?:AIza[\w-]{20,}|A(?:KI|SI)A[A-Z0-9]{12,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|nvapi-[\w-]{16,}|pplx-\w{16,}|hf_\w{16,}|gsk_\w{16,}|xai-[\w-]{16,}|xox[abpr]-[\w-]{10,}|r8_\w{16,})/g,
  // JSON web tokens. Not from within a word: of a long one each part would be tried anew.
  /(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g,
  /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi,
  // In a URL, a header or the environment: key=…, api_key: …, X-Api-Key=…, AWS_SECRET_ACCESS_KEY=…; and user:password@.
  /(?<![a-z0-9])((?:api)?key|token|secret|password|authorization|signature|sig)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]{4,}/gi,
  /(\/\/)[^/\s:@]+:[^/\s@]+(?=@)/g,
]

const MASK = '[masked]'

/** The text without anything that looks like a credential; provider errors quote them. */
export const maskCredentials = (text: string): string =>
  CREDENTIALS.reduce(
    (masked, pattern) =>
      masked.replaceAll(pattern, (_found, before: unknown, between: unknown) =>
        typeof before === 'string'
          ? `${before}${typeof between === 'string' ? between : before.startsWith('/') ? '' : ' '}${MASK}`
          : MASK,
      ),
    text,
  )
