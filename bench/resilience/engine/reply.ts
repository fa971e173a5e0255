import { answerTo } from './answer.ts'
import {
  completion,
  errorFrame,
  finishChunks,
  problem,
  roleChunk,
  textChunk,
  type Tokens,
} from './bodies.ts'
import { lognormal, type Roll } from './dice.ts'
import type { Fate } from './fate.ts'

/** Of every answer, so that what one answer costs is one number. */
export const TOKENS: Tokens = { prompt: 80, output: 40 }

/** When its bytes come and how they end; milliseconds after the request. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly headersAtMs: number
  readonly frames: readonly Frame[]
  /** After the last frame: a clean end, a broken connection, or silence. */
  readonly end: 'close' | 'reset' | 'hang'
}

interface Frame {
  readonly atMs: number
  readonly data: string
  /** Tokens that the provider bills when this has been sent. */
  readonly tokens: number
}

/** What an attempt is answered with, before the provider's limits have their say. */
export interface Order {
  readonly key: string
  /** Names the attempt in the wording of the answer. */
  readonly variant: string
  readonly fate: Fate
  readonly roll: Roll
  /** Multiplies every duration. */
  readonly slowness: number
  /** Waits this long first. */
  readonly waitMs: number
  readonly stream: boolean
  readonly reportUsage: boolean
  readonly headers: Readonly<Record<string, string>>
}

const JSON_TYPE = { 'content-type': 'application/json' }
const SSE_TYPE = { 'content-type': 'text/event-stream; charset=utf-8' }

const FIRST_TOKEN_MS = 600
const PER_TOKEN_MS = 25
const REJECTION_MS = 80

/** No bytes at all. */
export const silence = (): Reply => ({
  status: 0,
  headers: {},
  headersAtMs: Infinity,
  frames: [],
  end: 'hang',
})

export const rejection = (
  status: number,
  code: string,
  roll: Roll,
  headers: Readonly<Record<string, string>> = {},
): Reply => {
  const atMs = lognormal(roll, 'rejection', REJECTION_MS, 0.3)
  return {
    status,
    headers: { ...JSON_TYPE, ...headers },
    headersAtMs: atMs,
    frames: [{ atMs, data: problem(status, code), tokens: 0 }],
    end: 'close',
  }
}

/** When the first and the last token of an undisturbed answer come. */
export const timesOf = ({
  roll,
  slowness,
  waitMs,
  fate,
}: Pick<Order, 'roll' | 'slowness' | 'waitMs' | 'fate'>): readonly [number, number] => {
  const stall = fate.kind === 'stall' ? fate.ms : 0
  const first = lognormal(roll, 'first token', FIRST_TOKEN_MS, 0.4) * slowness + waitMs + stall
  const rest = lognormal(roll, 'pace', PER_TOKEN_MS * TOKENS.output, 0.15) * slowness
  return [first, first + rest]
}

/** How many tokens come before it breaks: at least one, and never all. */
const tokensBefore = (fraction: number): number => 1 + Math.floor(fraction * (TOKENS.output - 1))

const wholeText = (fate: Fate, answer: string): string => {
  if (fate.kind === 'malformed') return `${answer.slice(0, -1)}, "note": }`
  if (fate.kind === 'off-schema') return answer.replace('"text":', '"texts":')
  if (fate.kind === 'refusal') return "I'm sorry, but I can't help with that request."
  if (fate.kind === 'empty') return ''
  if (fate.kind === 'length')
    return answer.slice(0, Math.floor((answer.length * tokensBefore(fate.at)) / TOKENS.output))
  return answer
}

/** An answer in one piece. It is billed in full, whatever it is worth. */
export const whole = (order: Order): Reply => {
  const { key, variant, fate, headers } = order
  const [, atMs] = timesOf(order)
  const finish = fate.kind === 'length' ? 'length' : 'stop'
  const content = wholeText(fate, answerTo(key, variant))
  return {
    status: 200,
    headers: { ...JSON_TYPE, ...headers },
    headersAtMs: atMs,
    frames: [{ atMs, data: completion(content, finish, TOKENS), tokens: TOKENS.output }],
    end: 'close',
  }
}

/** An answer token by token. */
export const streamed = (order: Order): Reply => {
  const { key, variant, fate, reportUsage, headers } = order
  const [first, last] = timesOf(order)
  const gap = (last - first) / (TOKENS.output - 1)
  const stall = fate.kind === 'stall' ? fate.ms : 0
  const headersAtMs = fate.kind === 'stall' && !fate.afterHeaders ? first : (first - stall) / 2

  const text = answerTo(key, variant)
  const size = text.length / TOKENS.output
  const told = 'at' in fate ? tokensBefore(fate.at) : TOKENS.output
  const frames: Frame[] = [{ atMs: headersAtMs, data: roleChunk(), tokens: 0 }]
  for (let i = 0; i < told; i++) {
    const piece = text.slice(Math.round(i * size), Math.round((i + 1) * size))
    frames.push({ atMs: first + i * gap, data: textChunk(piece), tokens: 1 })
  }
  const atMs = first + told * gap
  const usage = reportUsage ? { ...TOKENS, output: told } : undefined
  if (fate.kind === 'error-frame') frames.push({ atMs, data: errorFrame(), tokens: 0 })
  else if (fate.kind === 'length')
    frames.push({ atMs, data: finishChunks('length', usage), tokens: 0 })
  else if (fate.kind === 'eof') frames.push({ atMs, data: ': end\n\n', tokens: 0 })
  else if (fate.kind !== 'reset' && fate.kind !== 'freeze')
    frames.push({ atMs, data: finishChunks('stop', usage), tokens: 0 })
  return {
    status: 200,
    headers: { ...SSE_TYPE, ...headers },
    headersAtMs,
    frames,
    end: fate.kind === 'reset' ? 'reset' : fate.kind === 'freeze' ? 'hang' : 'close',
  }
}
