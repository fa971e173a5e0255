import type { RequestNeeds } from './dialect.ts'
import type { Capabilities, TargetInfo } from './target.ts'

/** What a target may declare that it can or cannot do. */
export const CAPABILITIES: readonly (keyof Capabilities)[] = ['tools', 'jsonSchema', 'vision']
const SKILLS = { tools: 'call tools', jsonSchema: 'keep to a JSON schema', vision: 'see images' }

/**
 * Why a target cannot take a request, in words; undefined when it can.
 * What a target does not declare is taken to be possible. Tokens are an estimate, so the window is checked
 * against prompt and longest answer together, as providers do.
 */
export const misfit = (
  { capabilities, contextWindow = Infinity }: TargetInfo,
  needs: RequestNeeds | undefined,
): string | undefined => {
  if (needs === undefined) return undefined
  for (const what of CAPABILITIES)
    if (needs[what] && capabilities?.[what] === false) return `it cannot ${SKILLS[what]}`
  const tokens = needs.inputTokens + (needs.maxOutputTokens ?? 0)
  return tokens > contextWindow
    ? `the request needs about ${tokens} tokens, its window holds ${contextWindow}`
    : undefined
}
