/** A chunk of Chat Completions, as far as a consumer of its text reads it. */
export interface ChatChunk {
  readonly choices?: readonly {
    readonly delta?: {
      readonly content?: string | null
      readonly tool_calls?: readonly { readonly function?: { readonly arguments?: string } }[]
    }
  }[]
}

/** The text that a chunk adds. */
export const textOfChunk = ({ choices }: ChatChunk): string => {
  const delta = choices?.[0]?.delta
  const calls = delta?.tool_calls ?? []
  return (delta?.content ?? '') + calls.map((call) => call.function?.arguments ?? '').join('')
}
