import type { Context } from './context.ts'
import type { Classifier } from './fault.ts'

/** Any function that asks a model something; most SDK calls fit as they are. */
export type Provider<Req, Res> = (request: Req, ctx: Context<NoInfer<Req>>) => Promise<Res>

/** What a target's model can do; what is left out is taken to be possible. */
export interface Capabilities {
  readonly tools?: boolean
  readonly jsonSchema?: boolean
  readonly vision?: boolean
}

/** What a target costs, in US dollars per million tokens. */
export interface Price {
  readonly inputPerMillion: number
  readonly outputPerMillion: number
}

/** What is known of a target. */
export interface TargetInfo {
  /** Breakers, pace and health are kept per id. */
  readonly id: string
  readonly provider: string
  readonly model?: string
  /** A credential's name, never the secret. */
  readonly key?: string
  readonly capabilities?: Capabilities
  /** In tokens. */
  readonly contextWindow?: number
  readonly price?: Price
}

/** Somewhere to send a request: provider, model, key. */
export interface Target<Req, Res> extends TargetInfo {
  /** How to reach it; without one it runs on the pipeline's own provider. */
  readonly call?: Provider<Req, Res>
  /** Reads errors of this target, before the pipeline's own `classify`: a local server's 500 may mean that it loads a model. */
  readonly classify?: Classifier
  /** Fits the request to this target, just before it is sent. */
  readonly request?: (request: Req, ctx: Context<Req>) => Req
}
