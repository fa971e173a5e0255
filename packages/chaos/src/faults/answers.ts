import type { Completion, Finish } from '../completion.ts'
import type { ChaosRequest } from '../request.ts'
import { tokenize } from '../tokens.ts'
import type { Fault, FaultTable, NoOptions } from './fault.ts'
import { PROBLEM_FAULTS } from './problems.ts'

type Change = (completion: Completion) => Completion
type BadAnswer = Fault<NoOptions>

const badAnswer = (change: Change): BadAnswer => ({
  options: {},
  apply: (plan) =>
    plan.reply.kind === 'answer'
      ? { ...plan, reply: { kind: 'answer', completion: change(plan.reply.completion) } }
      : plan,
})

const badJson = (change: (text: string) => string): BadAnswer => ({
  ...badAnswer((completion) => ({ ...completion, text: change(completion.text) })),
  appliesTo: ({ json }: ChaosRequest) => json,
})

const half = (text: string): string => {
  const tokens = tokenize(text)
  return tokens.slice(0, Math.ceil(tokens.length / 2)).join('')
}

/** An answer that has only a text, and stops for a reason of its own. */
const only = (text: string, finish: Finish): Completion => ({
  reasoning: '',
  text,
  tools: [],
  finish,
})

const filtered = badAnswer(({ text }) => only(half(text), 'content-filter'))

/** The faults of the model: a 200 whose answer is not the one that was asked for. */
export const ANSWER_FAULTS: FaultTable<
  | 'empty'
  | 'refusal'
  | 'truncated'
  | 'content-filter'
  | 'blocked'
  | 'invalid-json'
  | 'fenced-json'
  | 'wrong-schema'
> = {
  empty: badAnswer(() => only('', 'stop')),
  refusal: badAnswer(() => only("I'm sorry, but I can't help with that request.", 'refusal')),
  truncated: badAnswer(({ text }) => only(half(text), 'length')),
  'content-filter': {
    options: {},
    // Anthropic knows no such stop reason: its filter is a 400.
    apply: (plan, options, request) =>
      request.endpoint === '/v1/messages'
        ? PROBLEM_FAULTS.blocked.apply(plan, {}, request)
        : filtered.apply(plan, options, request),
  },
  blocked: {
    options: PROBLEM_FAULTS.blocked.options,
    // Gemini blocks a prompt in a 200 without candidates; the others have an error for it.
    apply: (plan, options, request) =>
      request.endpoint === '/v1beta/models'
        ? badAnswer(() => only('', 'blocked')).apply(plan, {}, request)
        : PROBLEM_FAULTS.blocked.apply(plan, options, request),
  },
  'invalid-json': badJson(half),
  'fenced-json': badJson(
    (text) =>
      `Sure! Here is the JSON:\n\n\`\`\`json\n${text}\n\`\`\`\n\nLet me know if you need more.`,
  ),
  'wrong-schema': badJson((text) => `{"result":${text}}`),
}
